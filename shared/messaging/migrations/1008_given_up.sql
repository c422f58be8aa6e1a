-- migrate:up
-- Partitions of which a record of no known stream was given up: a hole in a stream there may be that record.
CREATE TABLE delivery.given_up (
  consumer  text    NOT NULL,
  topic     text    NOT NULL,
  partition integer NOT NULL,
  PRIMARY KEY (consumer, topic, partition)
);

-- migrate:down
DROP TABLE delivery.given_up;
