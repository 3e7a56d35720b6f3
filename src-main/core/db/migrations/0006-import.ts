/**
 * Import from any file by a mapping: a file may hold several tables, and one row may become several facts. `source.mapping`
 * is the table mapping that was used (common/mapping/mapping.ts) with the file's columns; earlier sources have column ->
 * role there.
 */
export const version = 6
export const name = 'import'
export const sql = `
-- The table's name in the file: a sheet, a JSON path, 'nodes'; '' where the file is the table.
ALTER TABLE source ADD COLUMN part TEXT NOT NULL DEFAULT '';
ALTER TABLE source ADD COLUMN format TEXT NOT NULL DEFAULT 'csv';

-- What a source's rows became: with several outputs, more facts than rows.
CREATE TABLE source_fact (
  source_id INTEGER NOT NULL REFERENCES source(id),
  table_name TEXT NOT NULL,                 -- accounts | relations | links | events | reports | labels
  rows INTEGER NOT NULL,
  PRIMARY KEY (source_id, table_name)
) STRICT, WITHOUT ROWID;

-- Of a source that says nothing of its facts, every row became one of its table.
CREATE VIEW ready_fact AS
  SELECT s.id AS source_id, coalesce(f.table_name, s.table_name) AS table_name,
         coalesce(f.rows, s.rows_stored) AS rows, s.sha256, s.part, s.job_id, s.imported_at
  FROM source s LEFT JOIN source_fact f ON f.source_id = s.id WHERE s.status = 'ready';
`
