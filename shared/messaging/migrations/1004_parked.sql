-- migrate:up
CREATE TABLE delivery.parked (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic     text        NOT NULL,
  partition integer     NOT NULL,
  "offset"  bigint      NOT NULL,
  source    text        NOT NULL,
  stream    text        NOT NULL,
  body      bytea       NOT NULL,
  reason    text        NOT NULL,
  parked_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (topic, partition, "offset")
);
CREATE INDEX parked_by_stream ON delivery.parked (source, stream, id);

-- migrate:down
DROP TABLE delivery.parked;
