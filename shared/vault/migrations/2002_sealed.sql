-- migrate:up
-- From here on a value and its salt are sealed together under their subject's key, which is sealed under a master
-- key that never comes to the database. Rows of before are sealed when a process of the service next starts.
CREATE TABLE vault.keys (
  subject text        PRIMARY KEY,
  master  text        NOT NULL CHECK (master ~ '^[0-9a-f]{16}$'),
  wrapped bytea       NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE vault.erasures (
  erasure   text        PRIMARY KEY,
  subject   text        NOT NULL,
  erased    integer     NOT NULL,
  erased_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE vault.secrets
  ALTER COLUMN salt DROP NOT NULL,
  ALTER COLUMN value DROP NOT NULL,
  ADD COLUMN sealed bytea,
  ADD CONSTRAINT sealed_or_plain CHECK ((sealed IS NULL) = (salt IS NOT NULL) AND (sealed IS NULL) = (value IS NOT NULL));
CREATE INDEX secrets_in_plain ON vault.secrets (subject) WHERE sealed IS NULL;

CREATE FUNCTION vault.seal(which text, sealed_bytes bytea) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog AS $$
  UPDATE vault.secrets SET sealed = sealed_bytes, salt = NULL, value = NULL
  WHERE commitment = which AND sealed IS NULL;
$$;
-- Answers whether the key is still the one that was read; another process may have wrapped or erased it meanwhile.
CREATE FUNCTION vault.rewrap(whose text, before bytea, with_master text, wrapped_bytes bytea)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  UPDATE vault.keys SET master = with_master, wrapped = wrapped_bytes WHERE subject = whose AND wrapped = before;
  RETURN FOUND;
END $$;
-- Destroys the subject's key, and what it opened, once for each erasure; answers how many values that were.
CREATE FUNCTION vault.erase(which text, whose text) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
DECLARE
  gone integer;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(whose, 0));
  SELECT erased INTO gone FROM vault.erasures WHERE erasure = which;
  IF FOUND THEN
    RETURN gone;
  END IF;
  DELETE FROM vault.secrets WHERE subject = whose;
  GET DIAGNOSTICS gone = ROW_COUNT;
  DELETE FROM vault.keys WHERE subject = whose;
  INSERT INTO vault.erasures (erasure, subject, erased) VALUES (which, whose, gone);
  RETURN gone;
END $$;
REVOKE ALL ON FUNCTION vault.seal(text, bytea), vault.rewrap(text, bytea, text, bytea), vault.erase(text, text)
  FROM PUBLIC;
DO $$
DECLARE runtime text := replace(current_user, '_owner', '_runtime');
BEGIN
  EXECUTE format('GRANT SELECT, INSERT ON vault.keys TO %I', runtime);
  EXECUTE format('GRANT SELECT ON vault.erasures TO %I', runtime);
  EXECUTE format('GRANT EXECUTE ON FUNCTION vault.seal(text, bytea), vault.rewrap(text, bytea, text, bytea), '
                 'vault.erase(text, text) TO %I', runtime);
END $$;

-- migrate:down
DROP FUNCTION vault.erase(text, text);
DROP FUNCTION vault.rewrap(text, bytea, text, bytea);
DROP FUNCTION vault.seal(text, bytea);
DELETE FROM vault.secrets WHERE sealed IS NOT NULL;
ALTER TABLE vault.secrets
  DROP CONSTRAINT sealed_or_plain,
  DROP COLUMN sealed,
  ALTER COLUMN value SET NOT NULL,
  ALTER COLUMN salt SET NOT NULL;
DROP TABLE vault.erasures;
DROP TABLE vault.keys;
