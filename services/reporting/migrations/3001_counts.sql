-- migrate:up
-- The one collection that the live statistics are held to: their role may read this and no table.
CREATE VIEW views.counts AS SELECT view, key, doc FROM views.documents WHERE view = 'counts';
DO $$
BEGIN
  EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON views.counts FROM %I', replace(current_user, '_owner', '_runtime'));
END $$;

-- migrate:down
DROP VIEW views.counts;
