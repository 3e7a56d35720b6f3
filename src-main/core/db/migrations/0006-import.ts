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
INSERT INTO source_fact SELECT id, table_name, rows_stored FROM source WHERE status = 'ready';

CREATE VIEW ready_fact AS
  SELECT f.source_id, f.table_name, f.rows, s.sha256, s.part, s.job_id, s.imported_at
  FROM source_fact f JOIN source s ON s.id = f.source_id WHERE s.status = 'ready';
`
