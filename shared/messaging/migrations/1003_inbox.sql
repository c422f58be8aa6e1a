-- migrate:up
CREATE TABLE delivery.inbox (
  event_id    uuid        PRIMARY KEY,
  received_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE delivery.stream_versions (
  source  text    NOT NULL,
  stream  text    NOT NULL,
  version integer NOT NULL,
  PRIMARY KEY (source, stream)
);
CREATE TABLE delivery.cursor (
  topic       text    NOT NULL,
  partition   integer NOT NULL,
  next_offset bigint  NOT NULL,
  PRIMARY KEY (topic, partition)
);

-- migrate:down
DROP TABLE delivery.cursor;
DROP TABLE delivery.stream_versions;
DROP TABLE delivery.inbox;
