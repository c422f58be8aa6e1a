-- migrate:up
CREATE TABLE log.log_head (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  position  bigint  NOT NULL,
  hash      text    NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$')
);
INSERT INTO log.log_head (position, hash) VALUES (0, repeat('0', 64));

CREATE FUNCTION log.head_follows_events() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  IF NEW.position <= OLD.position
    OR NEW.position - OLD.position <>
      (SELECT count(*) FROM log.events WHERE position > OLD.position AND position <= NEW.position)
    OR NEW.hash IS DISTINCT FROM (SELECT encode(sha256(body), 'hex') FROM log.events WHERE position = NEW.position)
  THEN
    RAISE EXCEPTION 'the head moves forward, to the last of the events that follow it'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER log_head_follows_events BEFORE UPDATE ON log.log_head
  FOR EACH ROW EXECUTE FUNCTION log.head_follows_events();
CREATE TRIGGER log_head_never_goes BEFORE DELETE OR TRUNCATE ON log.log_head
  FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
DO $$
BEGIN
  EXECUTE format('GRANT SELECT, UPDATE ON log.log_head TO %I', replace(current_user, '_owner', '_runtime'));
END $$;

-- migrate:down
DROP TABLE log.log_head;
DROP FUNCTION log.head_follows_events();
