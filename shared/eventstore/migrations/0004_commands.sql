-- migrate:up
CREATE TABLE log.commands (
  idempotency_key text        PRIMARY KEY,
  request_hash    text        NOT NULL,
  status          integer     NOT NULL,
  response        bytea       NOT NULL,
  position        bigint      NOT NULL,
  handled_at      timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER commands_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON log.commands
  FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
DO $$
BEGIN
  EXECUTE format('GRANT SELECT, INSERT ON log.commands TO %I', replace(current_user, '_owner', '_runtime'));
END $$;

-- migrate:down
DROP TABLE log.commands;
