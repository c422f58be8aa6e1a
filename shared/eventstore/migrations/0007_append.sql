-- migrate:up
-- Writes a sealed batch, or writes nothing and answers false when the log is not as the batch supposed: another
-- head, another version of one of its streams, or an idempotency key that was used before. The head is locked
-- first; so the supposition holds until the commit, and a statement that a broken connection left behind
-- cannot take effect once anything else was appended. A plan kept from the day the log was empty must not scan
-- a log that has grown: hence no sequential scans.
CREATE FUNCTION log.append(
  after_position bigint, after_hash text, stream_names text[], stream_versions integer[],
  event_ids uuid[], streams text[], versions integer[], types text[], recorded_ats timestamptz[], bodies bytea[],
  head_hash text,
  keys text[], request_hashes text[], statuses integer[], responses bytea[], positions bigint[]
) RETURNS boolean LANGUAGE plpgsql VOLATILE SET enable_seqscan = off AS $$
BEGIN
  PERFORM FROM log.log_head h WHERE h.position = after_position AND h.hash = after_hash FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM FROM unnest(stream_names, stream_versions) AS s(name, version)
    WHERE s.version <> coalesce((SELECT max(e.version) FROM log.events e WHERE e.stream = s.name), 0);
  IF FOUND THEN
    RETURN false;
  END IF;
  IF cardinality(keys) > 0 THEN
    PERFORM FROM log.commands c WHERE c.idempotency_key = ANY (keys);
    IF FOUND THEN
      RETURN false;
    END IF;
    INSERT INTO log.commands (idempotency_key, request_hash, status, response, position)
      SELECT * FROM unnest(keys, request_hashes, statuses, responses, positions);
  END IF;
  IF cardinality(event_ids) > 0 THEN
    INSERT INTO log.events (position, event_id, stream, version, type, recorded_at, body)
      SELECT after_position + e.n, e.event_id, e.stream, e.version, e.type, e.recorded_at, e.body
      FROM unnest(event_ids, streams, versions, types, recorded_ats, bodies)
        WITH ORDINALITY AS e(event_id, stream, version, type, recorded_at, body, n);
    UPDATE log.log_head SET position = after_position + cardinality(event_ids), hash = head_hash;
    PERFORM pg_notify('nianlun_log', '');
  END IF;
  RETURN true;
END $$;
DO $$
BEGIN
  EXECUTE format(
    'GRANT EXECUTE ON FUNCTION log.append(bigint, text, text[], integer[], uuid[], text[], integer[], text[],'
    ' timestamptz[], bytea[], text, text[], text[], integer[], bytea[], bigint[]) TO %I',
    replace(current_user, '_owner', '_runtime'));
END $$;

-- migrate:down
DROP FUNCTION log.append;
