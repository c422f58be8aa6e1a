-- migrate:up
-- Locks the head first and only then reads versions, so that both are of one moment (READ COMMITTED takes
-- a new snapshot for each statement of a volatile function). Whoever takes the head and then falls silent
-- (a half-open connection) loses it again.
CREATE FUNCTION log.take_head(
  streams text[], keys text[],
  OUT head_position bigint, OUT head_hash text, OUT versions integer[], OUT known_keys text[]
) LANGUAGE plpgsql VOLATILE SET enable_seqscan = off AS $$
BEGIN
  PERFORM set_config('idle_in_transaction_session_timeout', '15s', true);
  SELECT h.position, h.hash INTO head_position, head_hash FROM log.log_head h FOR UPDATE;
  SELECT array_agg(coalesce((SELECT max(e.version) FROM log.events e WHERE e.stream = s.name), 0) ORDER BY s.n)
    INTO versions FROM unnest(streams) WITH ORDINALITY AS s(name, n);
  IF cardinality(keys) > 0 THEN
    SELECT array_agg(c.idempotency_key) INTO known_keys FROM log.commands c WHERE c.idempotency_key = ANY (keys);
  END IF;
END $$;
DO $$
BEGIN
  EXECUTE format('GRANT EXECUTE ON FUNCTION log.take_head(text[], text[]) TO %I',
                 replace(current_user, '_owner', '_runtime'));
END $$;

-- migrate:down
DROP FUNCTION log.take_head(text[], text[]);
