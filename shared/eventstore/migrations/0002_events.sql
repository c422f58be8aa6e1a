-- migrate:up
CREATE TABLE log.events (
  position    bigint      PRIMARY KEY CHECK (position > 0),
  event_id    uuid        NOT NULL UNIQUE,
  stream      text        NOT NULL COLLATE "C",
  version     integer     NOT NULL CHECK (version > 0),
  type        text        NOT NULL,
  recorded_at timestamptz NOT NULL,
  body        bytea       NOT NULL CHECK (octet_length(body) <= 65535),
  UNIQUE (stream, version)
);
ALTER TABLE log.events ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE FUNCTION log.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the log is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER events_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON log.events
  FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
DO $$
BEGIN
  EXECUTE format('GRANT SELECT, INSERT ON log.events TO %I', replace(current_user, '_owner', '_runtime'));
END $$;

-- migrate:down
DROP TABLE log.events;
DROP FUNCTION log.refuse_change();
