import type { KeptRows } from '../../../common/contract/problems.ts'
import type { RowRef } from '../../../common/contract/provenance.ts'
import Sqlite from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { caseHandlers } from '../../cases/service.ts'
import type { CoreContext } from '../../context.ts'
import { migrations } from '../../db/migrations/index.ts'
import { appendJournal } from '../../journal/journal.ts'

/** Texts that try to leave their place: markup, CDATA, direction, formulas, control characters, size. */
export const HOSTILE = [
  '<script>alert(1)</script><img src=x onerror=alert(2)>',
  ']]></svg><style>*{display:none}</style>-->',
  'pay \u202egnihton\u202c now \u2066x\u2069',
  '=HYPERLINK("http://evil.example","click")',
  '"quoted", with\r\nnewline and \u0000 nul \ud800 lone',
  '加我微信，日结三百 😀',
  'x'.repeat(20_000),
]
export const KEYS = ['alice_0001', '林小雨007', 'bob', "eve'); DROP TABLE--", '=cmd|calc', 'zed_9999']

/** A workspace made by hand: two communities, scores, reports with hostile texts, a case that pins one of them. */
export async function makeWorkspace(folder = mkdtempSync(join(tmpdir(), 'shoal-pack-'))) {
  const path = join(folder, 'w.shoal')
  mkdirSync(join(path, 'derived'), { recursive: true })
  const models = join(folder, 'models')
  mkdirSync(join(models, 'toy'), { recursive: true })
  writeFileSync(join(models, 'toy', 'model.onnx'), 'weights')
  const modelHash = createHash('sha256').update('weights').digest('hex')
  writeFileSync(
    join(models, 'toy', 'model.json'),
    JSON.stringify({ sha256: modelHash, version: '1.0.0', trained_on: 'simulated', description: 'toy' }),
  )
  writeFileSync(join(models, 'toy', 'card.md'), '# Toy\n')
  const db = new Sqlite(join(path, 'workspace.sqlite'))
  db.pragma('journal_mode = WAL')
  for (const { sql } of migrations) db.exec(sql)
  const sha = (text: string) => createHash('sha256').update(text).digest('hex')
  const source = db.prepare(
    `INSERT INTO source (id, path, table_name, sha256, bytes, rows_in, rows_stored, status, imported_at)
     VALUES (?, ?, ?, ?, 100, 100, 100, 'ready', 1)`,
  )
  for (const [i, table] of ['accounts', 'relations', 'links', 'events', 'reports', 'labels'].entries())
    source.run(i + 1, `/home/someone/export/${table}.csv`, table, sha(table))
  const account = db.prepare('INSERT INTO account (id, key, source_id, row) VALUES (?, ?, 1, ?)')
  const record = db.prepare(
    `INSERT INTO account_record (account_id, registered_at, tz_offset, attributes, source_id, row) VALUES (?, ?, 480, ?, 1, ?)`,
  )
  for (const [i, key] of KEYS.entries()) {
    account.run(i + 1, key, i + 1)
    record.run(i + 1, Date.UTC(2026, 2, 1, i), JSON.stringify({ display_name: `friend of ${key}` }), i + 1)
  }
  db.exec(`
    INSERT INTO term (id, domain, value) VALUES (1, 'relation_type', 'friend'), (2, 'entity_type', 'device'), (3, 'entity_type', 'ip'),
      (4, 'event_kind', 'login'), (5, 'outcome', 'fail'), (6, 'event_kind', 'register');
    INSERT INTO entity (id, type_id, key, source_id, row) VALUES (1, 2, 'dev-77abc', 3, 1), (2, 3, '203.0.113.77', 4, 1);
    INSERT INTO relation (src_id, dst_id, type_id, weight, source_id, row) VALUES (1, 2, 1, 1, 2, 1), (2, 3, 1, 0.5, 2, 2), (1, 6, 1, 1, 2, 3);
    INSERT INTO link (account_id, entity_id, count, source_id, row) VALUES (1, 1, 2, 3, 1), (2, 1, 1, 3, 2), (6, 1, 1, 3, 3);
    INSERT INTO event (account_id, ts, tz_offset, kind_id, ip_id, outcome_id, source_id, row) VALUES
      (1, 1772400000000, 480, 6, 2, NULL, 4, 1), (1, 1772403600000, NULL, 4, 2, 5, 4, 2), (2, 1772407200000, -90, 4, 2, NULL, 4, 3);
    INSERT INTO label (account_id, label, label_source, ts, source_id, row) VALUES (3, 'benign', 'appeal of bob', 5, 6, 1);
    INSERT INTO run (id, kind, algorithm, algorithm_version, params, seed, inputs, parent_run_id, model_name, model_sha256, provider,
      status, started_at, finished_at, app_version, stats) VALUES
      (1, 'graph', 'recipe', '1', '{"hubCap":60}', NULL, '{"facts":"ab"}', NULL, NULL, NULL, NULL, 'done', 1, 2, 't', '{}'),
      (2, 'communities', 'leiden', '1', '{"resolution":1}', 7, '{}', 1, NULL, NULL, NULL, 'done', 1, 2, 't', '{}'),
      (3, 'scores', 'gnn', '1', '{}', NULL, '{}', 1, 'toy', '${modelHash}', 'cpu', 'done', 1, 2, 't', '{"threshold":0.5}'),
      (4, 'report_classes', 'linear', '1', '{}', NULL, '{}', NULL, NULL, NULL, NULL, 'done', 1, 2, 't', '{}'),
      (5, 'series', 'how', '1', '{}', NULL, '{}', 2, NULL, NULL, NULL, 'done', 1, 2, 't', '{}'),
      (6, 'layout', 'fa2', '1', '{}', NULL, '{}', 2, NULL, NULL, NULL, 'done', 1, 2, 't', '{}'),
      (7, 'trust', 'rerun-and-null-model', '1', '{"seeds":3}', 7, '{}', 2, NULL, NULL, NULL, 'done', 1, 2, 't', '{}');
    INSERT INTO community_stability VALUES (7, 0, 0.84, 0.93, 0.8, 'B', 4), (7, 1, 0.5, 0.5, 0.5, 'D', 0);
    INSERT INTO community_test VALUES (7, 0, 'registration_burst@24', 4, 1.2, 5.2, 1e-7, 2e-7),
      (7, 0, 'hub_sharing@2', 3, 0.4, 2.1, 0.02, 0.04), (7, 0, 'surprise', 6.7, 0.43, 5.1, 2e-7, 4e-7), (7, 1, 'surprise', 0.1, 0.43, -0.8, 0.8, 0.8);
    INSERT INTO community VALUES (2, 0, 5, 3, 1, 0.2), (2, 1, 1, 1, 1, 0.5);
    INSERT INTO community_member VALUES (2, 1, 0, 1), (2, 2, 0, 0.9), (2, 3, 0, 0.4), (2, 4, 0, 0.8), (2, 5, 0, 0.7), (2, 6, 1, 1);
    INSERT INTO account_place VALUES (6, 1, 0, 0), (6, 2, 1, 0), (6, 3, 1, 1), (6, 4, 0, 1), (6, 5, 2, 2), (6, 6, 9, 9);
    INSERT INTO score VALUES (3, 1, 0.93), (3, 2, 0.61), (3, 3, 0.05), (3, 4, 0.2), (3, 6, 0.99);
    INSERT INTO anomaly (run_id, series, group_kind, group_key, window_start, window_end, observed, expected, score, q)
      VALUES (5, 'registrations', 'community', '0', 1772400000000, 1772403600000, 9, 1.5, 6, 0.0001);`)
  const report = db.prepare(
    `INSERT INTO report (id, key, account_id, reporter_id, ts, tz_offset, lang, category, text, source_id, row)
     VALUES (?, ?, ?, 6, 1772400000000, 480, 'zh', 'scam', ?, 5, ?)`,
  )
  const texts = [...HOSTILE, 'alice_0001 和 林小雨007 用 dev-77abc, from 203.0.113.77; bob too, zed_9999x']
  for (const [i, text] of texts.entries()) report.run(i + 1, `rep-${1000 + i}`, (i % 4) + 1, text, i + 1)
  db.exec(`INSERT INTO report_class SELECT 4, id, 'scam', 0.9, '{}' FROM report`)

  let clock = Date.UTC(2026, 10, 22, 15, 0, 0)
  let explain: () => unknown = () => [
    {
      accountId: 1,
      score: 0.93,
      baseline: 0.1,
      method: 'occlusion',
      reasons: [
        { feature: 'degree_relations', family: 'structure', hop: 0, value: 3, typical: 1, contribution: 0.3 },
      ],
      neighbours: [{ accountId: 2, key: KEYS[1], contribution: 0.1 }],
    },
  ]
  const ctx = {
    open: () => ({ path, name: 'w', db }),
    compute: { call: () => Promise.resolve().then(() => explain()) },
    ask: { call: (_name: string, input: { refs: RowRef[] }) => Promise.resolve(keptOf(input.refs)) },
    actor: 'L. Chen',
    appVersion: '0.1.0',
    modelsDir: models,
    now: () => clock++,
    emit: () => {},
    log: () => {},
  } as unknown as CoreContext
  db.transaction(() =>
    appendJournal(db, { actor: 'L. Chen', action: 'workspace.create', payload: { name: 'w' }, now: 1 }),
  )()
  const on = caseHandlers(ctx)
  const call = { signal: new AbortController().signal }
  const other = await on['cases.create']({ name: 'Other secret case', summary: '' }, call)
  const made = await on['cases.create']({ name: 'Ring 刷单 <b> of alice_0001', summary: HOSTILE[0] }, call)
  await on['cases.addItem']({ id: other.id, item: { kind: 'account', ref: 6 } }, call)
  await on['cases.addItem']({ id: made.id, item: { kind: 'community', ref: 0 } }, call)
  await on['notes.add'](
    { caseId: made.id, target: { kind: 'account', ref: 1 }, text: `zed_9999? ${HOSTILE[2]}` },
    call,
  )
  await on['judgements.set'](
    { target: { kind: 'account', ref: 1 }, verdict: 'malicious', reason: HOSTILE[1] },
    call,
  )
  await on['judgements.set']({ target: { kind: 'account', ref: 3 }, verdict: 'benign', reason: '' }, call)
  return {
    ctx: { ...ctx, now: () => Date.UTC(2026, 10, 22, 16, 0, 0) } as CoreContext,
    db,
    folder,
    out: join(folder, 'packs'),
    caseId: made.id,
    setExplain(next: () => unknown) {
      explain = next
    },
  }
}

/** Every file below a folder with its bytes, by its path with '/'. */
export function filesOf(root: string): Map<string, Buffer> {
  const found = new Map<string, Buffer>()
  const walk = (dir: string) => {
    for (const name of readdirSync(dir)) {
      const path = join(dir, name)
      if (statSync(path).isDirectory()) walk(path)
      else found.set(relative(root, path).replaceAll('\\', '/'), readFileSync(path))
    }
  }
  walk(root)
  return found
}

/** What compute says of rows: that of every source but the first was kept, with a cell that a spreadsheet would run. */
function keptOf(refs: readonly RowRef[]): KeptRows {
  const ids = [...new Set(refs.map(({ sourceId }) => sourceId))]
  return {
    sources: ids.map((sourceId) =>
      sourceId === 1
        ? { sourceId, columns: [], from: null, lost: 'not_looked', damaged: false }
        : { sourceId, columns: ['id', 'note'], from: 'workspace', lost: null, damaged: false },
    ),
    rows: refs.map(({ sourceId, row }) => ({
      sourceId,
      row,
      cells: sourceId === 1 ? null : [`${sourceId}.${row}`, '=1+1;=2'],
      text: null,
    })),
  }
}
