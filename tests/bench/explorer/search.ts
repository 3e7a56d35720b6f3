/**
 * Searching keys as they are typed, among a million accounts and as many entities: our search against LIKE '%text%' over
 * the same tables in the same run (what it replaced). Prints milliseconds for each kind of query and the ratio.
 *
 *   node tests/bench/explorer/search.ts [ACCOUNTS]
 */
import Sqlite from 'better-sqlite3'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePace } from '../../../src-main/common/pace.ts'
import { indexKeys } from '../../../src-main/compute/search/index-keys.ts'
import { allContaining, candidates } from '../../../src-main/compute/search/keys.ts'
import { migrations } from '../../../src-main/core/db/migrations/index.ts'

const n = Number(process.argv[2] ?? 1_000_000)
const dir = mkdtempSync(join(tmpdir(), 'shoal-search-'))
const file = join(dir, 'search.sqlite')
const db = new Sqlite(file)
db.pragma('journal_mode = WAL')
db.pragma('synchronous = OFF')
for (const { sql } of migrations) db.exec(sql)
db.exec(`INSERT INTO source (id, path, table_name, status, imported_at) VALUES (1, 'a', 'accounts', 'ready', 0);
         INSERT INTO term (id, domain, value) VALUES (1, 'entity_type', 'device'), (2, 'entity_type', 'ip')`)

let seed = 1
const random = () => {
  seed = (Math.imul(seed ^ (seed >>> 15), seed | 1) + 0x6d2b79f5) | 0
  return ((seed ^ (seed >>> 14)) >>> 0) / 4294967296
}
const hex = (digits: number) =>
  Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('')
const HAN = ['小明', '老王', '晚风', '青山', '小鱼', '阿强', '晴天', '向日葵', '南方', '夜雨']
const name = () => HAN[Math.floor(random() * HAN.length)]! + (random() < 0.3 ? '代购' : '') + hex(2)

const account = db.prepare('INSERT INTO account (key, source_id, row) VALUES (?, 1, ?)')
const record = db.prepare(
  'INSERT INTO account_record (account_id, attributes, source_id, row) VALUES (?, ?, 1, 1)',
)
const entity = db.prepare('INSERT OR IGNORE INTO entity (type_id, key, source_id, row) VALUES (?, ?, 1, ?)')
db.transaction(() => {
  for (let i = 1; i <= n; i++) {
    account.run(`wx_${hex(6)}${i.toString(36)}`, i)
    record.run(i, JSON.stringify({ display_name: name(), region: 'CN-GD' }))
    if (i % 2) entity.run(1, `d${hex(10)}`, i)
    else entity.run(2, `10.${i % 256}.${(i >> 8) % 256}.${(i >> 16) % 256}`, i)
  }
})()
db.pragma('wal_checkpoint(TRUNCATE)')
const before = statSync(file).size
let started = performance.now()
await indexKeys({ ...freePace(), db })
const indexSeconds = (performance.now() - started) / 1000
db.pragma('wal_checkpoint(TRUNCATE)')
const bytes = statSync(file).size - before

const QUERIES: [string, string][] = [
  ['one character', 'w'],
  ['two, common', 'wx'],
  ['two, inside', '7f'],
  ['two, rare', 'zy'],
  ['two, Chinese', '老王'],
  ['three, in every key', 'wx_'],
  ['three, inside', 'a3f'],
  ['three, Chinese', '向日葵'],
  [
    'a whole key',
    (db
      .prepare('SELECT key FROM account WHERE id = ?')
      .pluck()
      .get(n >> 1) as string) ?? '',
  ],
  ['six, inside', '3f0a1b'],
  ['an address', '10.7.42'],
  ['nothing like it', 'qqqqzzzz'],
]
const like = {
  account: db.prepare(
    `SELECT id FROM account WHERE key LIKE ? ORDER BY key = ? DESC, key LIKE ? DESC LIMIT 8`,
  ),
  entity: db.prepare(`SELECT id FROM entity WHERE key LIKE ? ORDER BY key = ? DESC, key LIKE ? DESC LIMIT 8`),
}
const time = (work: () => unknown) => {
  work()
  const runs = Array.from({ length: 3 }, () => {
    started = performance.now()
    work()
    return performance.now() - started
  })
  return runs.sort((a, b) => a - b)[1]!
}
const say = (text: string) => process.stdout.write(text + '\n')
say(`${n} accounts, ${n} entities; index ${indexSeconds.toFixed(1)} s, ${(bytes / 1e6).toFixed(0)} MB`)
say(`${'query'.padEnd(22)} ours ms  LIKE ms   ratio  count ms`)
let worst = 0
for (const [what, text] of QUERIES) {
  const ours = time(() => [candidates(db, 'account', text, 60), candidates(db, 'entity', text, 60)])
  const theirs = time(() => [
    like.account.all(`%${text}%`, text, `${text}%`),
    like.entity.all(`%${text}%`, text, `${text}%`),
  ])
  const counting = time(() => allContaining(db, 'account', text, 20_000))
  worst = Math.max(worst, ours)
  const columns = [ours.toFixed(2).padStart(8), theirs.toFixed(0).padStart(8)]
  say(
    `${what.padEnd(22)}${columns.join(' ')} ${(theirs / ours).toFixed(0).padStart(6)}× ${counting.toFixed(1).padStart(8)}`,
  )
}
say(`worst key: ${worst.toFixed(1)} ms (budget 50)`)
db.close()
rmSync(dir, { recursive: true })
