/**
 * Models that this workspace trained or was given: which folder of the workspace's models/ they are in and where they
 * came from. A row is a judgement (somebody trained or brought it); what it scored are runs of kind 'scores'.
 */
export const version = 3
export const name = 'graph-learning'
export const sql = `
CREATE TABLE model (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('trained','imported')),
  kind TEXT NOT NULL CHECK (kind IN ('table','message_passing','account_gnn')),
  folder TEXT NOT NULL UNIQUE,                -- name within the workspace's models/
  sha256 TEXT NOT NULL,                       -- of model.onnx
  scorer TEXT,                                -- descriptor it was trained by
  training_run_id INTEGER REFERENCES run(id),
  added_at INTEGER NOT NULL,
  added_by TEXT NOT NULL,
  removed_at INTEGER
) STRICT;
`
