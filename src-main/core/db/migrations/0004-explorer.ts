/**
 * The explorer: sets of accounts that selections refer to, the history of the screen, named views and filters, stories.
 * All of it is how people look at a workspace, not evidence: it is append-only where undo needs it, and not hash-chained.
 */
export const version = 4
export const name = 'explorer'
export const sql = `
CREATE TABLE account_set (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,                -- of the ids, little-endian u32, ascending
  accounts INTEGER NOT NULL,                  -- how many
  ids BLOB NOT NULL,                          -- account ids ascending, differences as LEB128
  how TEXT NOT NULL,                          -- JSON: what made it (common/contract/sets.ts SetOrigin)
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL
) STRICT;

CREATE TABLE view_step (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  window TEXT NOT NULL,                       -- 'main', or a further window's name
  slice TEXT NOT NULL,                        -- 'selection', 'map', ...
  what TEXT NOT NULL,                         -- catalogue key frame.undo.what.<what>
  before TEXT NOT NULL,                       -- JSON of the slice
  after TEXT NOT NULL,
  journal_seq INTEGER NOT NULL,               -- newest journal entry when it was made: orders both histories
  direction INTEGER NOT NULL DEFAULT 0        -- 0 done by the user, -1 undo, 1 redo
) STRICT;
CREATE INDEX view_step_window ON view_step(window, slice, seq);

CREATE TABLE saved_view (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('view','filter','layout')),
  name TEXT NOT NULL,
  state TEXT NOT NULL,                        -- JSON: slices (view), a selection (filter), the dock (layout)
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  removed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX saved_view_name ON saved_view(kind, name) WHERE removed_at IS NULL;

CREATE TABLE story (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  case_id INTEGER REFERENCES case_file(id),
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  removed_at INTEGER
) STRICT;
CREATE TABLE story_step (
  id INTEGER PRIMARY KEY,
  story_id INTEGER NOT NULL REFERENCES story(id),
  position REAL NOT NULL,                     -- between its neighbours', so that moving one changes one row
  state TEXT NOT NULL,                        -- JSON: slices
  title_en TEXT NOT NULL DEFAULT '',
  title_zh TEXT NOT NULL DEFAULT '',
  text_en TEXT NOT NULL DEFAULT '',
  text_zh TEXT NOT NULL DEFAULT '',
  highlights TEXT NOT NULL DEFAULT '[]',      -- JSON: what is pointed at
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  removed_at INTEGER
) STRICT;
CREATE INDEX story_step_story ON story_step(story_id, position);
`
