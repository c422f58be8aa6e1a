-- migrate:up
-- For the dead-letter limit: whether each of a consumer's last events failed, oldest first, and how many more may
-- fail without being counted.
CREATE TABLE delivery.verdicts (
  consumer text      PRIMARY KEY,
  failed   boolean[] NOT NULL DEFAULT '{}',
  allowed  integer   NOT NULL DEFAULT 0 CHECK (allowed >= 0)
);

-- migrate:down
DROP TABLE delivery.verdicts;
