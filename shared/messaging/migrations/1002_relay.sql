-- migrate:up
CREATE TABLE delivery.relay (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  position  bigint  NOT NULL,
  epoch     bigint  NOT NULL
);
INSERT INTO delivery.relay (position, epoch) VALUES (0, 0);

-- migrate:down
DROP TABLE delivery.relay;
