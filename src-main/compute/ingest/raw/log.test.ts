import { afterEach, beforeEach, expect, it } from 'vitest'
import { migrations } from '../../../core/db/migrations/index.ts'
import { DirectSink } from '../bulk/rows.ts'
import { CsvTokenizer } from '../read/csv.ts'
import { createWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { rawRow, rawRows, rawSource } from './read.ts'
import { RawLog } from './write.ts'

let w: TestWorkspace
beforeEach(() => {
  w = createWorkspace(migrations.map(({ sql }) => sql).join('\n'))
  w.db.exec(`INSERT INTO source (id, path, table_name, mapping, status, imported_at, retry_of) VALUES
    (1, '/x.csv', 'events', '{"columns":["id","text"]}', 'ready', 0, NULL),
    (2, '/x.csv', 'events', '{"columns":["id","text"]}', 'ready', 0, 1),
    (3, '/old.csv', 'events', '{}', 'ready', 0, NULL)`)
})
afterEach(() => w.dispose())

/** Stores the records of a CSV text as import does: in transactions of `step` bytes of it. */
async function keep(text: string, step: number): Promise<void> {
  const log = new RawLog(w.db, new DirectSink(w.db), 1)
  let n = 0
  const tokenizer = new CsvTokenizer({ delimiter: 0x2c, onRow: (row) => log.add(row, ++n) })
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += step) {
    w.db.transaction(() => {
      tokenizer.push(bytes.subarray(at, at + step))
      log.flush()
    })()
    await new Promise((resolve) => setImmediate(resolve))
  }
  w.db.transaction(() => {
    tokenizer.end()
    log.flush()
  })()
  log.finish()
  w.db.transaction(() => log.flush())()
}

it('keeps many blocks of rows, whose every row is found again, also by a source that read them anew', async () => {
  const lines = Array.from({ length: 30_000 }, (_, i) => `${i + 1},"say ""${i}"" 账号 ${'x'.repeat(i % 60)}"`)
  lines[12_344] = '12345,one,too many'
  lines[20_000] = '20001,"never closed'
  lines[25_000] = `25001,${'y'.repeat(700_000)}`
  await keep(`${lines.join('\n')}\n`, 300_000)
  const blocks = w.db.prepare('SELECT first_row, rows FROM source_block ORDER BY first_row').all() as {
    first_row: number
    rows: number
  }[]
  expect(blocks.length).toBeGreaterThan(5)
  expect(blocks.reduce((next, { first_row, rows }) => (first_row === next ? next + rows : -1), 1)).toBe(
    30_001,
  )
  expect(w.db.prepare('SELECT sum(length(data)) FROM source_block').pluck().get()).toBeLessThan(500_000)
  const source = rawSource(w.db, 1)!
  const asked = [1, 2, 12_345, 20_001, 25_001, 25_002, 30_000, 30_001, 7]
  const found = [...rawRows(w.db, source, asked)]
  expect(found.map(({ row }) => row)).toEqual(asked)
  const record = (row: number) => found.find((one) => one.row === row)!.record
  expect(record(7)!.cells).toEqual(['7', `say "6" 账号 ${'x'.repeat(6)}`])
  expect(record(12_345)).toEqual({
    cells: ['12345', 'one', 'too many'],
    count: 3,
    text: '12345,one,too many',
    problem: null,
  })
  expect(record(20_001)).toMatchObject({
    cells: null,
    problem: 'bad_quote',
    text: '20001,"never closed',
  })
  expect(record(25_001)!.cells![1]).toHaveLength(700_000)
  expect(record(30_001)).toBeNull()
  expect(rawRow(w.db, 2, 2)).toEqual(rawRow(w.db, 1, 2))
  let differ = 0
  let i = 0
  for (const { record: one } of rawRows(
    w.db,
    source,
    lines.map((_, k) => k + 1),
  ))
    if (++i !== 20_001 && one!.cells![0] !== String(i)) differ++
  expect(differ).toBe(0)
})

it('says that there is nothing where nothing was kept', async () => {
  await keep('', 10)
  expect(rawSource(w.db, 3)).toEqual({ id: 3, root: 3, columns: [], kept: false })
  expect(rawRow(w.db, 3, 1)).toBeNull()
  expect(rawRow(w.db, 1, 1)).toBeNull()
  expect(rawRow(w.db, 99, 1)).toBeNull()
})

it('begins another block where row numbers jump', async () => {
  const log = new RawLog(w.db, new DirectSink(w.db), 1)
  const tokenizer = new CsvTokenizer({ delimiter: 0x2c, onRow: (row) => log.add(row, Number(row.text(0))) })
  tokenizer.push(Buffer.from('4,a\n5,b\n9,c\n'))
  log.finish()
  w.db.transaction(() => log.flush())()
  expect([4, 5, 6, 9].map((row) => rawRow(w.db, 1, row)?.cells?.[1])).toEqual(['a', 'b', undefined, 'c'])
})
