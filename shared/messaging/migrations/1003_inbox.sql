-- migrate:up
CREATE TABLE delivery.inbox (
  consumer    text        NOT NULL,
  event_id    uuid        NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer, event_id)
);
-- The last version of each stream that took effect; a parked event does not count until it is redriven.
CREATE TABLE delivery.stream_versions (
  consumer text    NOT NULL,
  source   text    NOT NULL,
  stream   text    NOT NULL COLLATE "C",
  version  integer NOT NULL,
  PRIMARY KEY (consumer, source, stream)
);
CREATE TABLE delivery.cursor (
  consumer    text    NOT NULL,
  topic       text    NOT NULL,
  partition   integer NOT NULL,
  next_offset bigint  NOT NULL,
  PRIMARY KEY (consumer, topic, partition)
);

-- migrate:down
DROP TABLE delivery.cursor;
DROP TABLE delivery.stream_versions;
DROP TABLE delivery.inbox;
