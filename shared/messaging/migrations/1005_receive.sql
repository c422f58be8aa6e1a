-- migrate:up
-- Takes a partition's cursor and, where it is at the first of the records, remembers their event ids and tells
-- what their streams have come to: one statement for a batch. The cursor's row keeps out a second consumer of
-- the partition and every redrive of its topic until the commit, so the versions stay true without locks of
-- their own. Almost always no id was seen before, so that is tried first: `fresh` is null when all are new.
-- A plan kept from the day these tables were empty must not scan them when they have grown: hence no
-- sequential scans.
CREATE FUNCTION delivery.receive(
  of_consumer text, of_topic text, of_partition integer, first_offset bigint,
  event_ids uuid[], sources text[], streams text[],
  OUT next_offset bigint, OUT fresh uuid[], OUT versions integer[], OUT held integer[], OUT held_versions integer[]
) LANGUAGE plpgsql VOLATILE SET enable_seqscan = off AS $$
BEGIN
  SELECT c.next_offset INTO next_offset FROM delivery.cursor c
    WHERE c.consumer = of_consumer AND c.topic = of_topic AND c.partition = of_partition FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO delivery.cursor (consumer, topic, partition, next_offset)
      VALUES (of_consumer, of_topic, of_partition, 0) ON CONFLICT DO NOTHING;
    SELECT c.next_offset INTO STRICT next_offset FROM delivery.cursor c
      WHERE c.consumer = of_consumer AND c.topic = of_topic AND c.partition = of_partition FOR UPDATE;
  END IF;
  IF next_offset <> first_offset THEN
    RETURN;
  END IF;
  BEGIN
    INSERT INTO delivery.inbox (consumer, event_id) SELECT of_consumer, unnest(event_ids);
  EXCEPTION WHEN unique_violation THEN
    WITH put AS (
      INSERT INTO delivery.inbox (consumer, event_id) SELECT of_consumer, unnest(event_ids)
      ON CONFLICT DO NOTHING RETURNING event_id
    ) SELECT coalesce(array_agg(event_id), '{}') INTO fresh FROM put;
  END;
  SELECT array_agg(coalesce((SELECT v.version FROM delivery.stream_versions v
                             WHERE v.consumer = of_consumer AND v.source = s.source AND v.stream = s.stream), 0)
                   ORDER BY s.n)
    INTO versions FROM unnest(sources, streams) WITH ORDINALITY AS s(source, stream, n);
  IF EXISTS (SELECT FROM delivery.parked p WHERE p.consumer = of_consumer AND p.source IS NOT NULL) THEN
    SELECT array_agg(s.n), array_agg(p.version) INTO held, held_versions
      FROM unnest(sources, streams) WITH ORDINALITY AS s(source, stream, n)
      JOIN delivery.parked p ON p.consumer = of_consumer AND p.source = s.source AND p.stream = s.stream;
  END IF;
END $$;

-- Moves a partition's cursor and the versions of the streams that came forward; false, and nothing written, when
-- the cursor is not where it is supposed to be.
CREATE FUNCTION delivery.advance(
  of_consumer text, of_topic text, of_partition integer, from_offset bigint, to_offset bigint,
  sources text[], streams text[], reached integer[]
) RETURNS boolean LANGUAGE plpgsql VOLATILE SET enable_seqscan = off AS $$
BEGIN
  UPDATE delivery.cursor SET next_offset = to_offset
    WHERE consumer = of_consumer AND topic = of_topic AND partition = of_partition AND next_offset = from_offset;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO delivery.stream_versions (consumer, source, stream, version)
    SELECT of_consumer, s.source, s.stream, s.version FROM unnest(sources, streams, reached) AS s(source, stream, version)
    ON CONFLICT (consumer, source, stream) DO UPDATE SET version = EXCLUDED.version;
  RETURN true;
END $$;
DO $$
DECLARE runtime text := replace(current_user, '_owner', '_runtime');
BEGIN
  EXECUTE format('GRANT EXECUTE ON FUNCTION delivery.receive(text, text, integer, bigint, uuid[], text[], text[])'
                 ' TO %I', runtime);
  EXECUTE format('GRANT EXECUTE ON FUNCTION delivery.advance(text, text, integer, bigint, bigint, text[], text[],'
                 ' integer[]) TO %I', runtime);
END $$;

-- migrate:down
DROP FUNCTION delivery.advance(text, text, integer, bigint, bigint, text[], text[], integer[]);
DROP FUNCTION delivery.receive(text, text, integer, bigint, uuid[], text[], text[]);
