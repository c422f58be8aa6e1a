-- migrate:up
-- As before, but a stream that the batch begins is not looked up: the unique constraint on (stream, version)
-- tells when it is there already, and then too nothing is written and the answer is false. So `stream_names` has
-- the streams that the batch continues or only guards.
CREATE OR REPLACE FUNCTION log.append(
  after_position bigint, after_hash text, stream_names text[], stream_versions integer[],
  event_ids uuid[], streams text[], versions integer[], types text[], recorded_ats timestamptz[], bodies bytea[],
  head_hash text,
  keys text[], request_hashes text[], statuses integer[], responses bytea[], positions bigint[]
) RETURNS boolean LANGUAGE plpgsql VOLATILE SET enable_seqscan = off AS $$
DECLARE
  violated text;
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
  END IF;
  IF cardinality(event_ids) > 0 THEN
    BEGIN
      INSERT INTO log.events (position, event_id, stream, version, type, recorded_at, body)
        SELECT after_position + e.n, e.event_id, e.stream, e.version, e.type, e.recorded_at, e.body
        FROM unnest(event_ids, streams, versions, types, recorded_ats, bodies)
          WITH ORDINALITY AS e(event_id, stream, version, type, recorded_at, body, n);
    EXCEPTION WHEN unique_violation THEN
      GET STACKED DIAGNOSTICS violated = CONSTRAINT_NAME;
      IF violated = 'events_stream_version_key' THEN
        RETURN false;
      END IF;
      RAISE;
    END;
    UPDATE log.log_head SET position = after_position + cardinality(event_ids), hash = head_hash;
    PERFORM pg_notify('nianlun_log', '');
  END IF;
  IF cardinality(keys) > 0 THEN
    INSERT INTO log.commands (idempotency_key, request_hash, status, response, position)
      SELECT * FROM unnest(keys, request_hashes, statuses, responses, positions);
  END IF;
  RETURN true;
END $$;

-- migrate:down
CREATE OR REPLACE FUNCTION log.append(
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
