-- migrate:up
CREATE SCHEMA delivery;
DO $$
DECLARE runtime text := replace(current_user, '_owner', '_runtime');
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA delivery TO %I', runtime);
  EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA delivery GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I', runtime);
  EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA delivery GRANT USAGE ON SEQUENCES TO %I', runtime);
END $$;

-- migrate:down
DROP SCHEMA delivery CASCADE;
