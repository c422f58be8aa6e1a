-- migrate:up
-- Under which name a view's documents lie in views.documents; where a view has no row here, under its own.
CREATE TABLE views.places (
  view  text PRIMARY KEY,
  place text NOT NULL
);

-- migrate:down
DELETE FROM views.documents d WHERE NOT EXISTS (SELECT FROM views.places l WHERE l.place = d.view)
  AND (d.view LIKE '%/' OR EXISTS (SELECT FROM views.places l WHERE l.view = d.view));
UPDATE views.documents d SET view = l.view FROM views.places l WHERE d.view = l.place AND l.place <> l.view;
DROP TABLE views.places;
