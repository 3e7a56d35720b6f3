import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrations } from '../../../core/db/migrations/index.ts'
import { mappingSchema, type Mapping, type TimeFormat } from '../../../common/mapping/mapping.ts'
import { verbatim } from '../../../common/csv.ts'
import { importExport } from '../import.ts'
import {
  checkIntegrity,
  countRows,
  createWorkspace,
  writeFiles,
  type TestWorkspace,
} from '../testing/workspace.ts'
import { keptRows } from './kept.ts'
import { lookAtRejected, previewRetry } from './preview.ts'
import { problemCsv } from './problem-csv.ts'
import { retryRows } from './retry.ts'

let w: TestWorkspace
beforeEach(() => {
  w = createWorkspace(migrations.map(({ sql }) => sql).join('\n'))
})
afterEach(() => w.dispose())

const all = (query: string) => w.db.prepare(query).raw().all()
const logins = (time: TimeFormat | undefined, read: object = {}, more: object = {}): Mapping =>
  mappingSchema.parse({
    shoalMapping: 1,
    name: 'logins',
    tables: [
      {
        match: { file: 'logins.csv' },
        read,
        outputs: [
          {
            to: 'events',
            cells: { account_id: { column: 'who' }, ts: { column: 'at', ...(time && { time }) }, ...more },
            attributes: 'rest',
          },
        ],
      },
    ],
  })

/** Every second time is written day first, which nobody has said; two rows can't be split. */
const FILE = [
  'who,at,note',
  'a,2024-01-02 10:00,',
  'b,13/01/2024 10:00,=1+1',
  'a,2024-01-03 10:00,',
  'c,14/01/2024 11:30,"say ""hi"", 你好"',
  'd,2024-01-05 10:00,one,too many',
  'e,2024-01-06 10:00,"never closed',
  'f,no time at all,',
].join('\n')

async function imported(content = FILE, mapping = logins(undefined)) {
  writeFiles(w.root, { 'logins.csv': content })
  return importExport(w.ctx, { paths: [join(w.root, 'logins.csv')], given: mapping })
}
const sums = () => all('SELECT id, rows_in, rows_stored, problems, retry_of FROM source ORDER BY id')
const problems = () => all('SELECT source_id, row, code FROM import_problem ORDER BY source_id, row')

describe('rejected rows', () => {
  test('are stored under a source of their own once the mapping is right, and every row counts once', async () => {
    const { rowsIn } = await imported()
    expect(sums()).toEqual([[1, 7, 2, 5, null]])
    const mapping = logins({ format: 'day-first', zone: 'Asia/Shanghai' })
    const preview = await previewRetry(w.ctx, { sourceId: 1, code: 'bad_time', mapping, rows: 100 })
    expect(preview.tables[0]).toMatchObject({ rowsIn: 3, problems: 1, facts: { events: 2 } })
    const result = await retryRows(w.ctx, { sourceId: 1, code: 'bad_time', mapping })
    expect(result).toMatchObject({ sourceId: 2, rowsIn: 3, rowsStored: 2, problems: 1, facts: { events: 2 } })
    expect(result.kinds).toEqual([{ code: 'bad_time', count: 1 }])
    expect(sums()).toEqual([
      [1, 4, 2, 2, null],
      [2, 3, 2, 1, 1],
    ])
    expect(w.db.prepare('SELECT sum(rows_in) FROM source').pluck().get()).toBe(rowsIn)
    expect(problems()).toEqual([
      [1, 5, 'ragged_row'],
      [1, 6, expect.stringMatching(/quote/)],
      [2, 7, 'bad_time'],
    ])
    expect(all('SELECT row, ts, attributes FROM event WHERE source_id = 2')).toEqual([
      [2, Date.parse('2024-01-13T10:00+08:00'), '{"note":"=1+1"}'],
      [4, Date.parse('2024-01-14T11:30+08:00'), '{"note":"say \\"hi\\", 你好"}'],
    ])
    expect(all('SELECT status, table_name FROM source')).toEqual([
      ['ready', 'events'],
      ['ready', 'events'],
    ])
    expect(all('SELECT table_name, rows FROM ready_fact WHERE source_id = 2')).toEqual([['events', 2]])
    checkIntegrity(w.db)
    // One step from a retried row to its cells.
    const kept = await keptRows(w.ctx, [{ sourceId: 2, row: 4 }], false)
    expect(kept.sources[0]).toMatchObject({ columns: ['who', 'at', 'note'], from: 'workspace' })
    expect(kept.rows[0]!.cells).toEqual(['c', '14/01/2024 11:30', 'say "hi", 你好'])
  })

  test('that still fail can be tried once more; the file need not be there', async () => {
    await imported()
    writeFiles(w.root, { 'logins.csv': 'gone' })
    await retryRows(w.ctx, { sourceId: 1, code: 'bad_time', mapping: logins({ format: 'day-first' }) })
    const noTime = logins(undefined)
    noTime.tables[0]!.outputs = [
      { to: 'accounts', cells: { account_id: { column: 'who' } }, attributes: 'rest', optional: false },
    ]
    const result = await retryRows(w.ctx, { sourceId: 2, mapping: noTime })
    expect(result).toMatchObject({ sourceId: 3, rowsIn: 1, rowsStored: 1, problems: 0 })
    expect(sums()).toEqual([
      [1, 4, 2, 2, null],
      [2, 2, 2, 0, 1],
      [3, 1, 1, 0, 1],
    ])
    expect(all('SELECT attributes FROM account_record WHERE source_id = 3')).toEqual([
      ['{"at":"no time at all"}'],
    ])
    expect((await keptRows(w.ctx, [{ sourceId: 3, row: 7 }], false)).rows[0]!.cells![0]).toBe('f')
  })

  test('that could not be split are split again by other settings', async () => {
    await imported('who,at,note\n"it\'s" me,2024-01-06 10:00,x\nb,2024-01-06 10:00,y\n')
    expect(sums()).toEqual([[1, 2, 1, 1, null]])
    const mapping = logins(undefined, { quote: '' })
    const look = await lookAtRejected(w.ctx, { sourceId: 1, read: { quote: '' }, rows: 10 })
    expect(look.files[0]!.tables[0]!.sample).toEqual([['"it\'s" me', '2024-01-06 10:00', 'x']])
    expect(await retryRows(w.ctx, { sourceId: 1, mapping })).toMatchObject({ rowsStored: 1, problems: 0 })
    expect(all(`SELECT key FROM account WHERE source_id = 2`)).toEqual([['"it\'s" me']])
  })

  test('that another import has brought meanwhile are known, but never by their own file', async () => {
    // Twins: one row could be stored, its copy had a cell too many.
    const twins = 'who,at,note\nx,2024-02-01 10:00,n\nx,2024-02-01 10:00,n,\ny,15/01/2024 10:00,n\n'
    await imported(twins)
    expect(sums()).toEqual([[1, 3, 1, 2, null]])
    const mapping = logins({ format: 'day-first' })
    const later = { ...w.ctx, jobId: 7 }
    w.db.exec(`INSERT INTO job (id, kind, params, status, created_at) VALUES (7, 'import', '{}', 'done', 0)`)
    writeFiles(w.root, { 'logins.csv': 'who,at,note\ny,15/01/2024 10:00,n\nz,16/01/2024 10:00,n\n' })
    await importExport(later, { paths: [join(w.root, 'logins.csv')], given: mapping })
    const events = () => w.db.prepare('SELECT count(*) FROM event').pluck().get()
    expect(events()).toBe(3)
    // y is known from the later import; it counts as stored all the same.
    const result = await retryRows(w.ctx, { sourceId: 1, code: 'bad_time', mapping })
    expect(result).toMatchObject({ rowsIn: 1, rowsStored: 1, facts: { events: 0 } })
    expect(w.db.prepare('SELECT rows_known FROM source WHERE id = ?').pluck().get(result.sourceId)).toBe(1)
    expect(events()).toBe(3)
  })

  test('are left as they were where none can be stored, on a cancel, and by a mapping that does not fit', async () => {
    await imported()
    const before = [sums(), problems(), countRows(w.db)]
    const same = () => expect([sums(), problems(), countRows(w.db)]).toEqual(before)
    const result = await retryRows(w.ctx, {
      sourceId: 1,
      code: 'bad_time',
      mapping: logins({ format: 'iso' }),
    })
    expect(result).toMatchObject({ sourceId: null, rowsIn: 3, rowsStored: 0, problems: 3 })
    same()
    const wrong = logins(undefined)
    wrong.tables[0]!.outputs[0]!.cells['account_id'] = { column: 'nobody' }
    await expect(retryRows(w.ctx, { sourceId: 1, mapping: wrong })).rejects.toMatchObject({
      code: 'import_missing_column',
    })
    same()
    await expect(
      retryRows(w.ctx, { sourceId: 1, code: 'nul_byte', mapping: logins(undefined) }),
    ).rejects.toMatchObject({ code: 'not_found' })
    await expect(retryRows(w.ctx, { sourceId: 9, mapping: logins(undefined) })).rejects.toMatchObject({
      code: 'not_found',
    })
    const cancelled = { ...w.ctx, progress: () => w.abort.abort() }
    await expect(
      retryRows(cancelled, { sourceId: 1, mapping: logins({ format: 'day-first' }) }),
    ).rejects.toMatchObject({ code: 'cancelled' })
    same()
    checkIntegrity(w.db)
  })

  test('are written as CSV with every column of the file, piece by piece, and run nothing in a spreadsheet', async () => {
    await imported()
    const lines = problemCsv(w.db, {}).text.split('\n')
    expect(lines[0]).toBe(
      'who,at,note,shoal_file,shoal_table,shoal_row,shoal_problem,shoal_column,shoal_message,shoal_text',
    )
    expect(lines).toHaveLength(7)
    expect(lines[1]).toMatch(/^b,13\/01\/2024 10:00,'=1\+1,.*logins\.csv,,2,bad_time,at,/)
    expect(verbatim("'=1+1")).toBe('=1+1')
    expect(lines[3]).toMatch(/^d,2024-01-05 10:00,one,.*,5,ragged_row,.*"d,2024-01-05 10:00,one,too many"$/)
    expect(problemCsv(w.db, { code: 'ragged_row' }).text.split('\n')).toHaveLength(3)
    expect(problemCsv(w.db, { sourceId: 7 }).text.split('\n')).toHaveLength(2)
    const rest = problemCsv(w.db, { after: { sourceId: 1, row: 5 } })
    expect(rest.text.split('\n').map((line) => line[0])).toEqual([',', 'f', undefined])
    expect(rest.next).toBeNull()
  })

  test('of many pages all come, whole, once', async () => {
    const n = 12_000
    const rows = Array.from(
      { length: n },
      (_, i) => `u${i},${i % 3 ? `20/01/2024 10:00` : '2024-01-01'},${i}${'x'.repeat(100)}`,
    )
    // Many more things than are stored together.
    const device = { device: { column: 'note' } }
    await imported(`who,at,note\n${rows.join('\n')}\n`, logins(undefined, {}, device))
    const bad = rows.filter((_, i) => i % 3).length
    const found: string[] = []
    let pieces = 0
    for (let next: ReturnType<typeof problemCsv>['next'] | undefined = undefined; next !== null; pieces++) {
      const piece = problemCsv(w.db, { ...(next && { after: next }) })
      found.push(...piece.text.split('\n').filter((line) => line.startsWith('u')))
      next = piece.next
    }
    expect(pieces).toBeGreaterThan(1)
    expect(found.map((line) => line.split(',')[0])).toEqual(
      rows.flatMap((line, i) => (i % 3 ? [line.split(',')[0]] : [])),
    )
    expect(
      await retryRows(w.ctx, { sourceId: 1, mapping: logins({ format: 'day-first' }, {}, device) }),
    ).toMatchObject({
      rowsIn: bad,
      rowsStored: bad,
    })
    expect(w.db.pragma('foreign_keys', { simple: true })).toBe(1)
    checkIntegrity(w.db)
    expect(w.progress.filter(({ phase }) => phase === 'import.retry').at(-1)).toMatchObject({
      done: bad,
      total: bad,
    })
  })
})
