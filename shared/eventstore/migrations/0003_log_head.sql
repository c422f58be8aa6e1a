-- migrate:up
CREATE TABLE log.log_head (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  position  bigint  NOT NULL,
  hash      text    NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$')
);
INSERT INTO log.log_head (position, hash) VALUES (0, repeat('0', 64));

CREATE FUNCTION log.head_moves_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.position <= OLD.position THEN
    RAISE EXCEPTION 'the head only moves forward' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER log_head_moves_forward BEFORE UPDATE ON log.log_head
  FOR EACH ROW EXECUTE FUNCTION log.head_moves_forward();
DO $$
BEGIN
  EXECUTE format('GRANT SELECT, UPDATE ON log.log_head TO %I', replace(current_user, '_owner', '_runtime'));
END $$;

-- migrate:down
DROP TABLE log.log_head;
DROP FUNCTION log.head_moves_forward();
