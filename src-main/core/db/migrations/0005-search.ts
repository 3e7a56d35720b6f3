/**
 * Searching keys and names as they are typed. Trigram indexes over accounts (key and stated name) and entities (key),
 * without a copy of the text: what is found is looked up in `account_search` and `entity` and checked there. Import keeps
 * them up behind the facts (compute/search/index-keys.ts) and notes in `meta` how far they reach; what lies beyond is
 * still found, by reading it.
 *
 * Indexed text ends in two U+0001, so that every pair of characters begins a trigram: two-letter queries look up the
 * terms that begin with them.
 */
export const version = 5
export const name = 'search'
export const sql = `
CREATE VIRTUAL TABLE account_fts USING fts5(
  text, content='', contentless_delete=1, detail=none, tokenize='trigram');
CREATE VIRTUAL TABLE entity_fts USING fts5(
  text, content='', contentless_delete=1, detail=none, tokenize='trigram');
-- Terms of the indexes with the rows they stand in: for queries of one or two characters.
CREATE VIRTUAL TABLE account_fts_terms USING fts5vocab(account_fts, instance);
CREATE VIRTUAL TABLE entity_fts_terms USING fts5vocab(entity_fts, instance);

-- What an account is called: its key, and the name that its newest record states, where it states one.
CREATE VIEW account_search AS
  SELECT a.id, a.key, a.source_id, (
    SELECT coalesce(r.attributes ->> '$.display_name', r.attributes ->> '$.nickname', r.attributes ->> '$.name',
                    r.attributes ->> '$.username', r.attributes ->> '$.screen_name', r.attributes ->> '$."昵称"',
                    r.attributes ->> '$."用户名"', r.attributes ->> '$."名称"')
    FROM account_record r WHERE r.account_id = a.id AND r.source_id IN (SELECT id FROM ready_source)
    ORDER BY r.id DESC LIMIT 1) AS name
  FROM account a;
`
