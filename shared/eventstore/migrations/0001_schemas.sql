-- migrate:up
CREATE SCHEMA log;
CREATE SCHEMA views;
DO $$
DECLARE runtime text := replace(current_user, '_owner', '_runtime');
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA log, views TO %I', runtime);
  EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA views GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I', runtime);
END $$;

-- migrate:down
DROP SCHEMA views CASCADE;
DROP SCHEMA log CASCADE;
