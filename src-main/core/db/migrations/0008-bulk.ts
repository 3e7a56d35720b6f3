/**
 * Indexes as import in bulk wants them. The keys of accounts and entities are unique by an index instead of by a
 * constraint, so that import can put the index aside and sort once; relations and links are found by both ends, so that
 * a fact that comes again is found among the many of a hub.
 */
export const version = 8
export const name = 'bulk'
export const sql = `
-- Views name the tables that are made anew; references of other tables go by name and stay as they are.
PRAGMA legacy_alter_table = ON;

CREATE TABLE account_new (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL,
  source_id INTEGER NOT NULL REFERENCES source(id),
  row INTEGER NOT NULL
) STRICT;
INSERT INTO account_new SELECT id, key, source_id, row FROM account;
DROP TABLE account;
ALTER TABLE account_new RENAME TO account;
CREATE UNIQUE INDEX account_key ON account(key);

CREATE TABLE entity_new (
  id INTEGER PRIMARY KEY,
  type_id INTEGER NOT NULL REFERENCES term(id),   -- term.domain = 'entity_type' (device, ip, payment, ...)
  key TEXT NOT NULL,
  source_id INTEGER NOT NULL REFERENCES source(id),
  row INTEGER NOT NULL
) STRICT;
INSERT INTO entity_new SELECT id, type_id, key, source_id, row FROM entity;
DROP TABLE entity;
ALTER TABLE entity_new RENAME TO entity;
CREATE UNIQUE INDEX entity_key ON entity(type_id, key);

PRAGMA legacy_alter_table = OFF;

DROP INDEX relation_src;
CREATE INDEX relation_src ON relation(src_id, dst_id);
DROP INDEX link_account;
CREATE INDEX link_account ON link(account_id, entity_id);
`
