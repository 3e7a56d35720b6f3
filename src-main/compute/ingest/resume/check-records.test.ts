import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { mappingSchema, type Mapping } from '../../../common/mapping/mapping.ts'
import { migrations } from '../../../core/db/migrations/index.ts'
import { importExport } from '../import.ts'
import { keptRows } from '../retry/kept.ts'
import { problemCsv } from '../retry/problem-csv.ts'
import { retryRows } from '../retry/retry.ts'
import { createWorkspace, writeFiles, type TestWorkspace } from '../testing/workspace.ts'
import { checkWorkspace } from './check.ts'
import { checkRecords } from './check-records.ts'

const ROWS = 30_000
const logins = (format: 'day-first' | undefined): Mapping =>
  mappingSchema.parse({
    shoalMapping: 1,
    name: 'logins',
    tables: [
      {
        match: { file: 'logins.csv' },
        outputs: [
          {
            to: 'events',
            cells: {
              account_id: { column: 'who' },
              ts: { column: 'at', ...(format && { time: { format, zone: 'UTC' } }) },
            },
            attributes: 'rest',
          },
        ],
      },
    ],
  })
/** Every thousandth time is written day first. Notes are long and no two the same, so that there are many blocks. */
const line = (i: number) =>
  `u${i % 50},${i % 1000 === 0 ? '13/01/2024 10:00' : '2024-01-02 10:00'},${'abcdefghij'.repeat(4)} ${(i * 2654435761) % 4294967291}`

let w: TestWorkspace
let file: string
beforeEach(async () => {
  w = createWorkspace(migrations.map(({ sql }) => sql).join('\n'))
  const lines = Array.from({ length: ROWS }, (_, i) => line(i + 1))
  file = join(writeFiles(w.root, { 'logins.csv': `who,at,note\n${lines.join('\n')}\n` }), 'logins.csv')
  await importExport(w.ctx, { paths: [file], given: logins(undefined) })
})
afterEach(() => w.dispose())

interface Block {
  id: number
  first_row: number
  rows: number
  data: Buffer
}
const blocks = () => w.db.prepare('SELECT * FROM source_block ORDER BY first_row').all() as Block[]
/** The second block: there are rows before and behind it. */
const second = () => blocks()[1]!
const rangeOf = ({ first_row, rows }: Block) => `rows ${first_row} to ${first_row + rows - 1}`
const setData = (id: number, data: Buffer) =>
  w.db.prepare('UPDATE source_block SET data = ? WHERE id = ?').run(data, id)
/** Breaks the packing of the second block, in its middle. */
function damage(): Block {
  const block = second()
  const data = Buffer.from(block.data)
  data.fill(0xff, data.length >> 1, (data.length >> 1) + 64)
  setData(block.id, data)
  return block
}
const records = async () => (await checkWorkspace(w.ctx)).items.find(({ code }) => code === 'records')!

describe('records that are kept', () => {
  test('are all there, also when some of their rows were read again', async () => {
    expect(blocks().length).toBeGreaterThan(4)
    expect(await records()).toEqual({ code: 'records', looked: ROWS, faults: 0, samples: [] })
    expect(await retryRows(w.ctx, { sourceId: 1, mapping: logins('day-first') })).toMatchObject({
      rowsStored: 30,
    })
    expect(await records()).toMatchObject({ looked: ROWS, faults: 0 })
  })

  test.each<[string, (block: Block) => void, (block: Block) => string]>([
    ['a block whose packing is broken', () => void damage(), (b) => `${rangeOf(b)} are damaged: `],
    ['a block that was cut', (b) => setData(b.id, b.data.subarray(0, b.data.length - 20)), (b) => `${rangeOf(b)} are damaged: `],
    ['a block that is empty', (b) => setData(b.id, Buffer.alloc(0)), (b) => `${rangeOf(b)} are damaged: `],
    ['the records of another block', (b) => setData(b.id, blocks().at(-1)!.data), (b) => `${rangeOf(b)} are damaged: it holds `],
    ['a block that is gone', (b) => w.db.prepare('DELETE FROM source_block WHERE id = ?').run(b.id), (b) => `${rangeOf(b)} are not kept`],
    ['a last block that is gone', () => w.db.exec('DELETE FROM source_block WHERE id = (SELECT id FROM source_block ORDER BY first_row DESC LIMIT 1)'), () => ` to ${ROWS} are not kept`],
    ['all blocks gone', () => w.db.exec('DELETE FROM source_block'), () => `rows 1 to ${ROWS} are not kept`],
    ['a block that is there twice', (b) => w.db.prepare(`INSERT INTO source_block (source_id, first_row, rows, codec, data) SELECT source_id, first_row + 1, rows, codec, data FROM source_block WHERE id = ?`).run(b.id), (b) => `rows ${b.first_row + 1} to ${b.first_row + b.rows - 1} are kept twice`],
    ['more rows than the file has', () => w.db.exec(`UPDATE source SET rows_in = rows_in - 1, rows_stored = rows_stored - 1`), () => `row ${ROWS} is kept of a file that has ${ROWS - 1}`],
    ['another codec', (b) => w.db.prepare(`UPDATE source_block SET codec = 'lzma' WHERE id = ?`).run(b.id), (b) => `${rangeOf(b)} are damaged: Unknown codec lzma`],
  ])('%s is found, with the file', async (_, tamper, said) => {
    const expected = said(second())
    tamper(second())
    const { faults, samples } = await records()
    expect(faults).toBeGreaterThan(0)
    expect(samples[0]).toContain(`${file}: `)
    expect(samples.join('\n')).toContain(expected)
  }) // prettier-ignore
})

test('a bit that is turned over anywhere in a block is found', async () => {
  const { id, data } = second()
  for (let n = 0; n < 40; n++) {
    const damaged = Buffer.from(data)
    damaged[Math.floor(((n + 0.5) / 40) * data.length)]! ^= 1 << (n % 8)
    setData(id, damaged)
    const { faults } = await checkRecords(w.ctx)
    expect(faults, `part ${n} of 40`).toBe(1)
  }
})

describe('rows of a damaged block', () => {
  /** A row before the block, one in it, one behind it. */
  const around = ({ first_row, rows }: Block) =>
    [first_row - 1, first_row + 5, first_row + rows].map((row) => ({ sourceId: 1, row }))
  const noteOf = (cells: string[] | null) => cells?.[2] ?? null
  const noteIn = (row: number) => line(row).split(',')[2]

  test('are read from the file where it still is the same', async () => {
    const refs = around(damage())
    const { sources, rows } = await keptRows(w.ctx, refs, true)
    expect(sources).toEqual([
      { sourceId: 1, columns: ['who', 'at', 'note'], from: 'file', lost: null, damaged: true },
    ])
    expect(rows.map(({ cells }) => noteOf(cells))).toEqual(refs.map(({ row }) => noteIn(row)))
  })

  test('are lost where it is not, and no other row is', async () => {
    writeFileSync(file, 'another file')
    const refs = around(damage())
    const { sources, rows } = await keptRows(w.ctx, refs, true)
    expect(sources[0]).toMatchObject({ from: 'workspace', lost: 'damaged', damaged: true })
    expect(rows.map(({ cells }) => noteOf(cells))).toEqual([noteIn(refs[0]!.row), null, noteIn(refs[2]!.row)])
  })

  test('are not read again, which says why and changes nothing', async () => {
    const before = w.db.prepare('SELECT * FROM source').all()
    const { first_row, rows } = damage()
    const error = await retryRows(w.ctx, { sourceId: 1, mapping: logins('day-first') }).catch(
      (e: unknown) => e,
    )
    expect(error).toMatchObject({
      code: 'workspace_damaged',
      details: { first: first_row, last: first_row + rows - 1 },
    })
    expect((error as Error).message).toContain('shoal check')
    expect(w.db.prepare('SELECT * FROM source').all()).toEqual(before)
    expect(w.db.prepare('SELECT count(*) FROM import_problem').pluck().get()).toBe(30)
  })

  test('are in the list of problems with what else is known of them', () => {
    const { first_row, rows } = damage()
    const csv = problemCsv(w.db, {}).text.trim().split('\n').slice(1)
    expect(csv).toHaveLength(30)
    const hit = csv.filter((text) => text.startsWith(',,,'))
    expect(hit).toHaveLength(
      Array.from({ length: ROWS / 1000 }, (_, i) => (i + 1) * 1000).filter(
        (row) => row >= first_row && row < first_row + rows,
      ).length,
    )
    expect(hit.length).toBeGreaterThan(0)
    expect(hit[0]).toContain('13/01/2024')
  })
})
