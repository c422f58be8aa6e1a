-- migrate:up
CREATE SCHEMA vault;
CREATE TABLE vault.secrets (
  commitment text        PRIMARY KEY CHECK (commitment ~ '^[0-9a-f]{64}$'),
  subject    text        NOT NULL,
  kind       text        NOT NULL,
  salt       bytea       NOT NULL CHECK (octet_length(salt) = 16),
  value      bytea       NOT NULL,
  kept_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX secrets_by_subject ON vault.secrets (subject, kind);
DO $$
DECLARE runtime text := replace(current_user, '_owner', '_runtime');
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA vault TO %I', runtime);
  EXECUTE format('GRANT SELECT, INSERT ON vault.secrets TO %I', runtime);
END $$;

-- migrate:down
DROP SCHEMA vault CASCADE;
