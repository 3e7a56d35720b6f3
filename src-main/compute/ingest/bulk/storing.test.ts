import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { migrations } from '../../../core/db/migrations/index.ts'
import { importExport } from '../import.ts'
import {
  checkIntegrity,
  contentHash,
  createWorkspace,
  writeFiles,
  type TestWorkspace,
} from '../testing/workspace.ts'
import { DirectSink, rowMemory, Rows, type Block, type RowSink } from './rows.ts'

const schema = migrations.map(({ sql }) => sql).join('\n')
const open: TestWorkspace[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.dispose()
})
function workspace(): TestWorkspace {
  const w = createWorkspace(schema)
  open.push(w)
  return w
}

const many = (header: string, n: number, row: (i: number) => string) =>
  `${header}\n${Array.from({ length: n }, (_, i) => row(i)).join('\n')}\n`

/** Every table, with rows that are wrong, more of them than a block or a statement takes. */
const EXPORT = {
  'x/accounts.csv': many('account_id,tier,昵称', 3_000, (i) => `a${i},${i % 5},"名 ""${i}"""`),
  'x/relations.csv': many('src,dst,type,weight', 4_100, (i) => `a${i},b${i % 900},r${i % 3},${i % 70 === 0 ? 'x' : i / 7}`),
  'x/links.csv': many('account_id,entity_type,entity_id', 1_025, (i) => `a${i},phone,${i % 300}`),
  'x/events.csv': many('account_id,ts,kind,ip,city,note', 9_000, (i) => `a${i % 2500},${i % 90 === 0 ? '' : 1_700_000_000 + i},login,10.0.${i % 250}.${i % 240},城${i % 60},${i % 4 === 0 ? '' : `n${i}`}`),
  'x/reports.csv': many('report_id,account_id,text,lang', 1_300, (i) => `r${i % 1250},a${i},report ${i} 这个人是骗子,${i % 2 === 0 ? 'zh' : ''}`),
  'x/labels.csv': many('account_id,label,ts', 130, (i) => `a${i},benign,${i % 2 === 0 ? '' : 1_700_000_000}`),
} // prettier-ignore
const OVERLAP = {
  'y/events.csv': many('account_id,ts,kind,ip,city,note', 5_000, (i) => `a${i % 2500},${1_700_000_000 + i},login,10.0.${i % 250}.${i % 240},城${i % 60},${i % 3 === 0 ? '' : `n${i}`}`),
} // prettier-ignore

describe('storing in a thread', () => {
  test('gives the same facts under the same ids, and the same problems, as storing in turn', async () => {
    const all = (w: TestWorkspace) =>
      Object.fromEntries(
        ['account', 'entity', 'term', 'event', 'relation', 'link', 'label', 'report', 'account_record'].map(
          (table) => [table, w.db.prepare(`SELECT * FROM ${table} ORDER BY id`).raw().all()],
        ),
      )
    const [inTurn, inThread] = [workspace(), workspace()]
    for (const [w, threadFrom] of [[inTurn, Infinity], [inThread, 0]] as const) {
      writeFiles(w.root, { ...EXPORT, ...OVERLAP })
      const first = await importExport(w.ctx, { paths: [join(w.root, 'x')] }, { threadFrom })
      expect(first.problems).toBeGreaterThan(100)
      expect(first.rowsIn).toBe(first.rowsStored + first.problems)
      const second = await importExport(w.ctx, { paths: [join(w.root, 'y')] }, { threadFrom })
      expect(second.rowsKnown).toBeGreaterThan(1_000)
    } // prettier-ignore
    expect(all(inThread)).toEqual(all(inTurn))
    const problems = `SELECT row, column_name, code, message, raw FROM import_problem ORDER BY id`
    expect(inThread.db.prepare(problems).all()).toEqual(inTurn.db.prepare(problems).all())
    const found = `SELECT rowid FROM report_fts WHERE report_fts MATCH '"是骗子"' ORDER BY rowid`
    expect(inThread.db.prepare(found).pluck().all()).toHaveLength(1_250)
    checkIntegrity(inThread.db)
  })

  test('ends with an error of the database, and leaves the workspace as it was', async () => {
    const w = workspace()
    writeFiles(w.root, EXPORT)
    const before = contentHash(w.db)
    w.db.exec(
      `CREATE TRIGGER full BEFORE INSERT ON event WHEN new.row = 8000 BEGIN SELECT RAISE(ABORT, 'no room'); END`,
    )
    await expect(importExport(w.ctx, { paths: [join(w.root, 'x')] }, { threadFrom: 0 })).rejects.toThrow(
      'no room',
    )
    expect(contentHash(w.db)).toBe(before)
    expect(w.db.prepare(`SELECT count(*) FROM event`).pluck().get()).toBe(0)
    w.db.exec('DROP TRIGGER full')
    const again = await importExport(w.ctx, { paths: [join(w.root, 'x')] }, { threadFrom: 0 })
    expect(again.rowsIn).toBe(again.rowsStored + again.problems)
    checkIntegrity(w.db)
  })

  test('hears a cancel while rows wait to be stored', async () => {
    const w = workspace()
    writeFiles(w.root, EXPORT)
    const ctx = {
      ...w.ctx,
      progress: ({ phase, rows }: { phase: string; rows?: number }) => {
        if (phase === 'import.events' && rows !== undefined && rows > 8_000) w.abort.abort()
      },
    }
    await expect(importExport(ctx, { paths: [join(w.root, 'x')] }, { threadFrom: 0 })).rejects.toMatchObject({
      code: 'cancelled',
    })
    expect(w.db.prepare(`SELECT count(*) FROM account`).pluck().get()).toBe(0)
    checkIntegrity(w.db)
  })

  test('goes on without one where it can not be started', async () => {
    const w = workspace()
    writeFiles(w.root, EXPORT)
    const said: string[] = []
    const writeWorker = join(w.root, 'nowhere.js')
    expect(existsSync(writeWorker)).toBe(false)
    const ctx = { ...w.ctx, writeWorker, log: (_level: string, message: string) => said.push(message) }
    const result = await importExport(ctx, { paths: [join(w.root, 'x')] }, { threadFrom: 0 })
    expect(said.join()).toContain('No thread')
    expect(result.rowsIn).toBe(result.rowsStored + result.problems)
  })
})

test('rows go in as they were given, whether they fill blocks and statements or not', () => {
  const w = workspace()
  w.db.exec(`CREATE TABLE t (a REAL, b INTEGER, s TEXT, k TEXT, c INTEGER) STRICT;
             CREATE TABLE u (n INTEGER, d BLOB) STRICT`)
  const direct = new DirectSink(w.db)
  const blocks: Block[] = []
  const late: RowSink = {
    blockRows: 300,
    put(block) {
      blocks.push(block)
      return rowMemory(block.numbers.length, block.ends.length)
    },
  }
  // Some longer than the memory that is there at first.
  const said = (i: number) =>
    i % 4 === 0 ? null : i % 9 === 0 ? '' : `s${i} 文`.repeat(i % 200 === 1 ? 9_000 : 1)
  const key = (i: number) => Buffer.from(`键${i}`)
  const packed = (i: number) => Buffer.alloc(1 + (i % 70), i)
  for (const sink of [direct, late]) {
    const rows = new Rows(sink, 't', { numbers: ['a', 'b'], texts: ['s', 'k'] }, { c: '7' })
    const blobs = new Rows(sink, 'u', { numbers: ['n'], texts: ['d'], packed: true })
    for (let i = 0; i < 777; i++) {
      rows.numbers[rows.at] = i / 3
      rows.numbers[rows.at + 1] = i % 5 === 0 ? NaN : 2 ** 53 - i
      rows.text(said(i))
      rows.key(Buffer.concat([Buffer.of(0x2c), key(i), Buffer.of(0x2c)]), 1, 1 + key(i).length)
      rows.end(rows.at + 2)
      blobs.numbers[blobs.at] = i
      blobs.key(packed(i), 0, packed(i).length)
      blobs.end(blobs.at + 1)
    }
    for (const one of [rows, rows, blobs]) one.flush()
    for (const block of blocks) direct.put(block)
    expect(w.db.prepare('SELECT a, b, s, k, c FROM t ORDER BY rowid').all()).toEqual(
      Array.from({ length: 777 }, (_, i) => ({
        a: i / 3,
        b: i % 5 === 0 ? null : 2 ** 53 - i,
        s: said(i),
        k: `键${i}`,
        c: 7,
      })),
    )
    const unpacked = w.db.prepare('SELECT n, d FROM u ORDER BY rowid').raw().all() as [number, Buffer][]
    expect(unpacked.map(([n, d]) => [n, zstdDecompressSync(d).toString('hex')])).toEqual(
      Array.from({ length: 777 }, (_, n) => [n, packed(n).toString('hex')]),
    )
    w.db.exec('DELETE FROM t; DELETE FROM u')
  }
  expect(blocks.map((block) => block.rows)).toEqual([300, 300, 300, 300, 177, 177])
})
