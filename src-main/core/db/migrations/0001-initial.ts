/**
 * The first schema. Three kinds of knowledge live in tables of their own and are never mixed:
 * observations (rows of a file), inferences (results of a run) and judgements (what an analyst said).
 *
 * Times are integer milliseconds since the Unix epoch, UTC. `tz_offset` keeps the minutes east of UTC that the
 * file stated, where it stated any. Every observation carries (source_id, row): `row` is the 1-based data
 * row in the file (the header is row 0). A source's rows count only while its status is 'ready'.
 */
export const version = 1
export const name = 'initial'
export const sql = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Long work -------------------------------------------------------------------------------------------
CREATE TABLE job (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,                       -- 'import' | 'analyze' | 'pack' | ...
  params TEXT NOT NULL,                     -- JSON
  status TEXT NOT NULL CHECK (status IN ('queued','running','done','failed','cancelled','interrupted')),
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  result TEXT,                              -- JSON
  error TEXT                                -- JSON {code,message,details}
) STRICT;

-- Observations ----------------------------------------------------------------------------------------
CREATE TABLE source (
  id INTEGER PRIMARY KEY,
  job_id INTEGER REFERENCES job(id),
  path TEXT NOT NULL,                       -- as given, absolute
  entry TEXT,                               -- the member's name where path is an archive
  table_name TEXT NOT NULL,                 -- accounts | relations | links | events | reports | labels
  sha256 TEXT,                              -- of the uncompressed bytes; known when read to the end
  bytes INTEGER NOT NULL DEFAULT 0,
  encoding TEXT NOT NULL DEFAULT 'utf-8',
  mapping TEXT NOT NULL DEFAULT '{}',       -- JSON: column -> role
  rows_in INTEGER NOT NULL DEFAULT 0,
  rows_stored INTEGER NOT NULL DEFAULT 0,
  problems INTEGER NOT NULL DEFAULT 0,
  status TEXT NOT NULL CHECK (status IN ('importing','ready','duplicate')),
  imported_at INTEGER NOT NULL
) STRICT;

CREATE TABLE import_problem (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES source(id),
  row INTEGER NOT NULL,                     -- 0 means the header or the file as a whole
  column_name TEXT,
  code TEXT NOT NULL,                       -- e.g. ragged_row, missing_value, bad_time, bad_number
  message TEXT NOT NULL,                    -- English, with the fix; the UI translates by code
  raw TEXT                                  -- the row as it was, at most 2,000 characters
) STRICT;
CREATE INDEX import_problem_source ON import_problem(source_id, row);

-- Small dictionaries: kind, context, country, city, outcome, relation type, entity type, language, category, label
CREATE TABLE term (
  id INTEGER PRIMARY KEY,
  domain TEXT NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (domain, value)
) STRICT;

-- The identity of an account; what files said about it is in account_record. \`source_id\` is where it was
-- first met, so that sweeping an interrupted import can remove it.
CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  source_id INTEGER NOT NULL REFERENCES source(id),
  row INTEGER NOT NULL
) STRICT;

CREATE TABLE account_record (
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account(id),
  registered_at INTEGER,
  tz_offset INTEGER,
  attributes TEXT NOT NULL DEFAULT '{}',    -- JSON object of the further columns, verbatim strings
  source_id INTEGER NOT NULL REFERENCES source(id),
  row INTEGER NOT NULL
) STRICT;
CREATE INDEX account_record_account ON account_record(account_id);
CREATE INDEX account_record_registered ON account_record(registered_at);

CREATE TABLE entity (
  id INTEGER PRIMARY KEY,
  type_id INTEGER NOT NULL REFERENCES term(id),   -- term.domain = 'entity_type' (device, ip, payment, ...)
  key TEXT NOT NULL,
  source_id INTEGER NOT NULL REFERENCES source(id),
  row INTEGER NOT NULL,
  UNIQUE (type_id, key)
) STRICT;

CREATE TABLE relation (
  id INTEGER PRIMARY KEY,
  src_id INTEGER NOT NULL REFERENCES account(id),
  dst_id INTEGER NOT NULL REFERENCES account(id),
  type_id INTEGER NOT NULL REFERENCES term(id),   -- term.domain = 'relation_type'
  weight REAL NOT NULL DEFAULT 1,
  first_seen INTEGER,
  last_seen INTEGER,
  source_id INTEGER NOT NULL REFERENCES source(id),
  row INTEGER NOT NULL
) STRICT;
CREATE INDEX relation_src ON relation(src_id);
CREATE INDEX relation_dst ON relation(dst_id);

CREATE TABLE link (
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account(id),
  entity_id INTEGER NOT NULL REFERENCES entity(id),
  first_seen INTEGER,
  last_seen INTEGER,
  count INTEGER NOT NULL DEFAULT 1,
  source_id INTEGER NOT NULL REFERENCES source(id),
  row INTEGER NOT NULL
) STRICT;
CREATE INDEX link_account ON link(account_id);
CREATE INDEX link_entity ON link(entity_id);

CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account(id),
  ts INTEGER NOT NULL,
  tz_offset INTEGER,
  kind_id INTEGER NOT NULL REFERENCES term(id),   -- domain 'event_kind': register, login, ...
  context_id INTEGER REFERENCES term(id),         -- domain 'context'
  ip_id INTEGER REFERENCES entity(id),
  device_id INTEGER REFERENCES entity(id),
  country_id INTEGER REFERENCES term(id),         -- domain 'country'
  city_id INTEGER REFERENCES term(id),            -- domain 'city'
  outcome_id INTEGER REFERENCES term(id),         -- domain 'outcome'
  attributes TEXT,                                -- JSON of further columns, NULL when none
  source_id INTEGER NOT NULL REFERENCES source(id),
  row INTEGER NOT NULL
) STRICT;
CREATE INDEX event_account_ts ON event(account_id, ts);
-- From a shared address or device to the accounts behind it.
CREATE INDEX event_ip ON event(ip_id, account_id) WHERE ip_id IS NOT NULL;
CREATE INDEX event_device ON event(device_id, account_id) WHERE device_id IS NOT NULL;
-- Covers what timelines count, so that a histogram reads the index alone.
CREATE INDEX event_ts ON event(ts, account_id, kind_id, outcome_id, context_id);

CREATE TABLE report (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL,
  account_id INTEGER NOT NULL REFERENCES account(id),      -- the account complained about
  reporter_id INTEGER REFERENCES account(id),
  ts INTEGER,
  tz_offset INTEGER,
  lang TEXT,
  category TEXT,                                           -- as the reporter or platform said it
  text TEXT NOT NULL,
  source_id INTEGER NOT NULL REFERENCES source(id),
  row INTEGER NOT NULL
) STRICT;
CREATE INDEX report_account ON report(account_id);
CREATE INDEX report_ts ON report(ts);
-- Trigrams find Chinese and English alike; queries under three characters use LIKE.
CREATE VIRTUAL TABLE report_fts USING fts5(text, content='report', content_rowid='id', tokenize='trigram');

CREATE TABLE label (
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account(id),
  label TEXT NOT NULL,                      -- malicious | benign | any other word, verbatim
  label_source TEXT,
  ts INTEGER,
  source_id INTEGER NOT NULL REFERENCES source(id),
  row INTEGER NOT NULL
) STRICT;
CREATE INDEX label_account ON label(account_id);

-- Inferences -------------------------------------------------------------------------------------------
CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  job_id INTEGER REFERENCES job(id),
  kind TEXT NOT NULL,          -- graph | communities | layout | scores | series | report_classes
  algorithm TEXT NOT NULL,     -- descriptor id, e.g. 'leiden'
  algorithm_version TEXT NOT NULL,
  params TEXT NOT NULL,        -- JSON, complete (defaults filled in)
  seed INTEGER,
  inputs TEXT NOT NULL,        -- JSON {name: sha256}
  parent_run_id INTEGER REFERENCES run(id),   -- communities -> graph, layout -> communities, scores -> graph
  model_name TEXT,
  model_sha256 TEXT,
  provider TEXT,               -- ONNX execution provider that really ran
  status TEXT NOT NULL CHECK (status IN ('running','done','failed','cancelled')),
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  app_version TEXT NOT NULL,
  stats TEXT NOT NULL DEFAULT '{}',           -- JSON, kind-specific (see docs/data-model.md)
  derived TEXT                                -- file name in derived/, where the run made one
) STRICT;
CREATE INDEX run_kind ON run(kind, status, id);

CREATE TABLE community (
  run_id INTEGER NOT NULL REFERENCES run(id),
  id INTEGER NOT NULL,                        -- 0..k-1, by falling size
  size INTEGER NOT NULL,
  internal_weight REAL NOT NULL,
  boundary_weight REAL NOT NULL,
  conductance REAL NOT NULL,
  PRIMARY KEY (run_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE community_member (
  run_id INTEGER NOT NULL,
  account_id INTEGER NOT NULL REFERENCES account(id),
  community_id INTEGER NOT NULL,
  belonging REAL NOT NULL,                    -- share of the account's edge weight inside, 0..1
  PRIMARY KEY (run_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX community_member_community ON community_member(run_id, community_id);

CREATE TABLE community_place (                -- one row per community of a layout run
  run_id INTEGER NOT NULL REFERENCES run(id),
  community_id INTEGER NOT NULL,
  x REAL NOT NULL, y REAL NOT NULL, radius REAL NOT NULL,
  PRIMARY KEY (run_id, community_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE account_place (                  -- one row per account of a layout run
  run_id INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  x REAL NOT NULL, y REAL NOT NULL,
  PRIMARY KEY (run_id, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE score (
  run_id INTEGER NOT NULL,
  account_id INTEGER NOT NULL REFERENCES account(id),
  score REAL NOT NULL,                        -- 0..1, the model's output
  PRIMARY KEY (run_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX score_rank ON score(run_id, score DESC);

CREATE TABLE anomaly (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run(id),
  series TEXT NOT NULL,                       -- 'logins' | 'registrations' | 'failed_logins'
  group_kind TEXT NOT NULL,                   -- 'community' | 'context' | 'country' | 'all'
  group_key TEXT NOT NULL,                    -- community id or term value
  window_start INTEGER NOT NULL,              -- ms UTC, inclusive
  window_end INTEGER NOT NULL,                -- exclusive
  observed REAL NOT NULL,
  expected REAL NOT NULL,
  score REAL NOT NULL,                        -- robust z
  q REAL                                      -- Benjamini-Hochberg over the run
) STRICT;
CREATE INDEX anomaly_run ON anomaly(run_id, window_start);
CREATE INDEX anomaly_group ON anomaly(run_id, group_kind, group_key);

CREATE TABLE report_class (
  run_id INTEGER NOT NULL REFERENCES run(id),
  report_id INTEGER NOT NULL REFERENCES report(id),
  class TEXT NOT NULL,                        -- normal | spam | scam | abuse
  confidence REAL NOT NULL,                   -- probability of that class, 0..1
  probabilities TEXT NOT NULL,                -- JSON {class: p}
  PRIMARY KEY (run_id, report_id)
) STRICT, WITHOUT ROWID;

-- Judgements --------------------------------------------------------------------------------------------
CREATE TABLE case_file (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  summary TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  closed_at INTEGER,
  removed_at INTEGER                        -- its creation was undone
) STRICT;
CREATE UNIQUE INDEX case_file_name ON case_file(name) WHERE removed_at IS NULL;

CREATE TABLE case_item (
  id INTEGER PRIMARY KEY,
  case_id INTEGER NOT NULL REFERENCES case_file(id),
  kind TEXT NOT NULL CHECK (kind IN ('community','account','report')),
  run_id INTEGER REFERENCES run(id),          -- the communities run, for kind 'community'
  ref INTEGER NOT NULL,                       -- community id, account id or report id
  added_at INTEGER NOT NULL,
  added_by TEXT NOT NULL,
  removed_at INTEGER
) STRICT;
CREATE INDEX case_item_case ON case_item(case_id);

CREATE TABLE note (
  id INTEGER PRIMARY KEY,
  case_id INTEGER REFERENCES case_file(id),
  target_kind TEXT NOT NULL CHECK (target_kind IN ('case','community','account','report')),
  run_id INTEGER REFERENCES run(id),
  target INTEGER NOT NULL,
  text TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  retracted_at INTEGER
) STRICT;
CREATE INDEX note_target ON note(target_kind, target);

CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE tagging (
  id INTEGER PRIMARY KEY,
  tag_id INTEGER NOT NULL REFERENCES tag(id),
  target_kind TEXT NOT NULL CHECK (target_kind IN ('community','account','report')),
  run_id INTEGER REFERENCES run(id),
  target INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  removed_at INTEGER
) STRICT;
CREATE INDEX tagging_target ON tagging(target_kind, target);

CREATE TABLE judgement (
  id INTEGER PRIMARY KEY,
  target_kind TEXT NOT NULL CHECK (target_kind IN ('community','account')),
  run_id INTEGER REFERENCES run(id),
  target INTEGER NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('malicious','benign','unsure','ring')),
  reason TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  retracted_at INTEGER
) STRICT;
CREATE INDEX judgement_target ON judgement(target_kind, target);

-- hash = SHA-256 over seq, time, actor, action, payload and prev_hash, joined with newlines.
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  payload TEXT NOT NULL,                      -- JSON
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

-- What may be shown ---------------------------------------------------------------------------------------
CREATE VIEW ready_source AS SELECT id FROM source WHERE status = 'ready';
CREATE VIEW ready_account AS SELECT * FROM account WHERE source_id IN (SELECT id FROM ready_source);
-- The newest ready record of each account.
CREATE VIEW account_current AS
  SELECT a.id, a.key, r.id AS record_id, r.registered_at, r.tz_offset, r.attributes,
         coalesce(r.source_id, a.source_id) AS source_id, coalesce(r.row, a.row) AS row
  FROM ready_account a
  LEFT JOIN account_record r ON r.id = (
    SELECT max(x.id) FROM account_record x
    WHERE x.account_id = a.id AND x.source_id IN (SELECT id FROM ready_source));
`
