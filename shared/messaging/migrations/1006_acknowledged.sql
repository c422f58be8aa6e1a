-- migrate:up
-- The last event of each partition that the broker acknowledged, and where: a broker that comes back with less is
-- known by it. It moves with the relay's cursor, in one statement.
CREATE TABLE delivery.acknowledged (
  topic     text    NOT NULL,
  partition integer NOT NULL,
  position  bigint  NOT NULL,
  "offset"  bigint  NOT NULL,
  PRIMARY KEY (topic, partition)
);

-- migrate:down
DROP TABLE delivery.acknowledged;
