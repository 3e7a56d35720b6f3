/**
 * Saved recipes (judgements: somebody designed them) and what the trust runs infer of communities. Runs of kind
 * 'trust' and 'lineage' hang on a communities run.
 */
export const version = 2
export const name = 'graph-engine'
export const sql = `
CREATE TABLE recipe (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  revision INTEGER NOT NULL,                  -- 1, 2, ... within the name
  spec TEXT NOT NULL,                         -- JSON, complete (defaults filled in)
  sha256 TEXT NOT NULL,                       -- of the canonical JSON without the name
  saved_at INTEGER NOT NULL,
  saved_by TEXT NOT NULL,
  removed_at INTEGER,
  UNIQUE (name, revision)
) STRICT;

-- An account in more than one community of an overlapping detector's run (community_member holds the strongest).
CREATE TABLE community_overlap (
  run_id INTEGER NOT NULL REFERENCES run(id),
  account_id INTEGER NOT NULL REFERENCES account(id),
  community_id INTEGER NOT NULL,
  belonging REAL NOT NULL,
  PRIMARY KEY (run_id, account_id, community_id)
) STRICT, WITHOUT ROWID;

-- The hierarchy above a communities run: group \`id\` of level \`level\` (level 0: the communities themselves) lies in
-- group \`parent\` of the next coarser level. Groups without a stored community are left out.
CREATE TABLE community_group (
  run_id INTEGER NOT NULL REFERENCES run(id),
  level INTEGER NOT NULL,
  id INTEGER NOT NULL,
  parent INTEGER NOT NULL,
  PRIMARY KEY (run_id, level, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX community_group_parent ON community_group(run_id, level, parent);

-- Of a trust run (parent: the communities run): how far each community comes back when seeds and edges vary.
CREATE TABLE community_stability (
  run_id INTEGER NOT NULL REFERENCES run(id),
  community_id INTEGER NOT NULL,
  stability REAL NOT NULL,                    -- mean best Jaccard over the repetitions, 0..1
  by_seed REAL NOT NULL,
  by_edges REAL NOT NULL,
  grade TEXT NOT NULL CHECK (grade IN ('A','B','C','D')),
  core INTEGER NOT NULL,                      -- members whose confidence is at least 0.75
  PRIMARY KEY (run_id, community_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE member_confidence (
  run_id INTEGER NOT NULL REFERENCES run(id),
  account_id INTEGER NOT NULL REFERENCES account(id),
  confidence REAL NOT NULL,                   -- how often the account came back with its community, 0..1
  PRIMARY KEY (run_id, account_id)
) STRICT, WITHOUT ROWID;

-- Of a trust run: one row per community and statistic against a null model.
CREATE TABLE community_test (
  run_id INTEGER NOT NULL REFERENCES run(id),
  community_id INTEGER NOT NULL,
  statistic TEXT NOT NULL,                    -- density | age_spread | registration_burst | entity_sharing | label_enrichment | ...
  observed REAL NOT NULL,
  expected REAL NOT NULL,
  z REAL,
  p REAL NOT NULL,
  q REAL NOT NULL,                            -- Benjamini-Hochberg over the statistic's communities
  PRIMARY KEY (run_id, community_id, statistic)
) STRICT, WITHOUT ROWID;

-- Of a lineage run (parent: the later communities run; params name the earlier one).
CREATE TABLE community_lineage (
  run_id INTEGER NOT NULL REFERENCES run(id),
  kind TEXT NOT NULL CHECK (kind IN ('born','same','grown','shrunk','split','merged','gone')),
  earlier_id INTEGER,                         -- null: born
  later_id INTEGER,                           -- null: gone
  shared INTEGER NOT NULL,                    -- accounts in both
  earlier_size INTEGER NOT NULL,
  later_size INTEGER NOT NULL
) STRICT;
CREATE INDEX community_lineage_later ON community_lineage(run_id, later_id);
`
