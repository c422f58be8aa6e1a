-- migrate:up
CREATE TABLE vault.signing_keys (
  kid     text        PRIMARY KEY,
  private text        NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE vault.pepper (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  value     bytea   NOT NULL
);
INSERT INTO vault.pepper (value)
VALUES (sha256((gen_random_uuid()::text || gen_random_uuid()::text)::bytea));
DO $$
DECLARE runtime text := replace(current_user, '_owner', '_runtime');
BEGIN
  EXECUTE format('GRANT SELECT, INSERT ON vault.signing_keys TO %I', runtime);
  EXECUTE format('GRANT SELECT ON vault.pepper TO %I', runtime);
END $$;

-- migrate:down
DROP TABLE vault.pepper;
DROP TABLE vault.signing_keys;
