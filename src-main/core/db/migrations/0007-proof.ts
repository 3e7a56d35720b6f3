/**
 * What an import needs to be proved, resumed and brought up to date: a source's records as they were, when its file was
 * written, whether it is stored although not yet published, which rows an earlier export had brought already.
 */
export const version = 7
export const name = 'proof'
export const sql = `
-- When the file was last written, ms UTC; NULL for sources of earlier versions.
ALTER TABLE source ADD COLUMN modified_at INTEGER;
-- Every row of it is stored while status is still 'importing': what a resumed import need not read again.
ALTER TABLE source ADD COLUMN stored_at INTEGER;
-- Of rows_stored: what an earlier import had brought, word for word. Nothing was stored again.
ALTER TABLE source ADD COLUMN rows_known INTEGER NOT NULL DEFAULT 0;
-- Rows that another source rejected, read again by another mapping. They left that source's rows_in and its problems, so
-- that every row of a file counts in one source; path, hash and row numbers are those of the file.
ALTER TABLE source ADD COLUMN retry_of INTEGER REFERENCES source(id);

-- Records as they were: cells by column, in blocks of consecutive rows (compute/ingest/raw). A retried row's cells are
-- those of the source it came from.
CREATE TABLE source_block (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES source(id),
  first_row INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  codec TEXT NOT NULL,                      -- 'zstd': see compute/ingest/raw
  data BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX source_block_row ON source_block(source_id, first_row);
`
