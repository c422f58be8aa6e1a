-- migrate:up
CREATE TABLE views.documents (
  view     text   NOT NULL,
  key      text   NOT NULL COLLATE "C",
  doc      jsonb  NOT NULL,
  PRIMARY KEY (view, key)
);
CREATE INDEX documents_by_member ON views.documents USING gin (doc jsonb_path_ops);
CREATE TABLE views.projection (
  name     text   PRIMARY KEY,
  position bigint NOT NULL
);
INSERT INTO views.projection (name, position) VALUES ('own', 0);

-- migrate:down
DROP TABLE views.projection;
DROP TABLE views.documents;
