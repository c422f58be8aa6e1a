-- migrate:up
-- Raw records set aside, with where they came from and why; source, stream and version are there when the
-- record's envelope can be trusted, so that the later events of its stream wait behind it.
CREATE TABLE delivery.parked (
  consumer  text        NOT NULL,
  topic     text        NOT NULL,
  partition integer     NOT NULL,
  "offset"  bigint      NOT NULL,
  key       bytea,
  body      bytea       NOT NULL,
  source    text,
  stream    text        COLLATE "C",
  version   integer,
  reason    text        NOT NULL,
  parked_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer, topic, partition, "offset"),
  UNIQUE (consumer, source, stream, version),
  CHECK ((source IS NULL) = (stream IS NULL) AND (stream IS NULL) = (version IS NULL))
);

-- migrate:down
DROP TABLE delivery.parked;
