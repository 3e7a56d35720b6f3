import Sqlite from 'better-sqlite3'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mappingSchema } from '../../src-main/common/mapping/mapping.ts'
import { importExport, type ImportResult } from '../../src-main/compute/ingest/import.ts'
import { FORMATS } from '../../src-main/compute/ingest/read/reader.ts'
import { createWorkspace } from '../../src-main/compute/ingest/testing/workspace.ts'
import { migrations } from '../../src-main/core/db/migrations/index.ts'
import { ROOT } from '../../src-main/hosts/node/paths.ts'
import { everyFormat, MAPPING, putSample, type Sample } from './support/every-format.ts'

const samples = await everyFormat()
const mapping = mappingSchema.parse({
  ...MAPPING,
  // Big5 has no 户 as it is written on the mainland.
  tables: [
    ...MAPPING.tables,
    JSON.parse(
      JSON.stringify(MAPPING.tables[0]).replaceAll('用户', '用戶'),
    ) as (typeof MAPPING.tables)[number],
  ],
})

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'shoal-formats-'))
  for (const sample of Object.values(samples)) putSample(dir, sample)
  writeFileSync(join(dir, 'm.json'), JSON.stringify(mapping))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

type Counts = Pick<ImportResult, 'rowsIn' | 'rowsStored' | 'problems'>
const addsUp = ({ rowsIn, rowsStored, problems }: Counts) => expect(rowsIn).toBe(rowsStored + problems)

test('no format was forgotten', () => {
  expect(new Set(Object.values(samples).map(({ format }) => format))).toEqual(new Set(FORMATS))
})

describe('every row is stored or in the problem list', () => {
  test.each(Object.entries(samples))('%s', async (_name, sample: Sample) => {
    const w = createWorkspace(migrations.map(({ sql }) => sql).join('\n'))
    try {
      const result = await importExport(w.ctx, { paths: [join(dir, sample.path)], given: mapping })
      expect(result).toMatchObject({ rowsIn: sample.rowsIn, problems: sample.problems.length })
      addsUp(result)
      for (const source of result.sources) {
        expect(source.format).toBe(sample.format)
        addsUp(source)
      }
      expect(w.db.prepare('SELECT code FROM import_problem ORDER BY code').pluck().all()).toEqual(
        sample.problems,
      )
      // Counted in the database, not by import itself.
      const stored = (table: string) => w.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number
      expect(stored('event') + stored('relation') + stored('account_record')).toBe(result.rowsStored)
      expect(stored('import_problem')).toBe(result.problems)
    } finally {
      w.dispose()
    }
  })
})

function shoal(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, SHOAL_USER_DIR: join(dir, 'user') }
    const main = join(ROOT, 'src-main/hosts/cli/main.ts')
    execFile(process.execPath, [main, ...args], { cwd: dir, env }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
  })
}

describe('shoal import --json', () => {
  test('prints one document that is true to its keys, of all formats at once', async () => {
    const all = Object.values(samples)
    const done = await shoal('import', 'all', ...all.map(({ path }) => path), '--mapping', 'm.json', '--json')
    expect(done.status, done.stderr).toBe(0)
    const result = JSON.parse(done.stdout) as ImportResult
    expect(result.rowsIn).toBe(all.reduce((sum, { rowsIn }) => sum + rowsIn, 0))
    expect(result.problems).toBe(all.reduce((sum, { problems }) => sum + problems.length, 0))
    addsUp(result)
    for (const source of result.sources) addsUp(source)
    expect(result.sources.reduce((sum, { rowsIn }) => sum + rowsIn, 0)).toBe(result.rowsIn)
    expect(new Set(result.sources.map(({ format }) => format))).toEqual(new Set(FORMATS))
    // The same again changes nothing, and says so.
    const again = JSON.parse(
      (await shoal('import', 'all', 'set', '--mapping', 'm.json', '--json')).stdout,
    ) as ImportResult
    expect(again).toMatchObject({ rowsIn: 0, rowsStored: 0, problems: 0 })
    expect(again.sources.map(({ status }) => status)).toEqual(['duplicate', 'duplicate'])
  })

  test('of what it can guess, and of what it cannot read', async () => {
    const guessed = await shoal('import', 'set', 'set', '--json')
    expect(guessed.status, guessed.stderr).toBe(0)
    const result = JSON.parse(guessed.stdout) as ImportResult
    expect(result).toMatchObject({ rowsIn: 11, rowsStored: 8, problems: 3 })
    writeFileSync(join(dir, 'none.parquet'), 'PAR1 but not really')
    const failed = await shoal('import', 'none', 'none.parquet', '--json')
    expect(failed.status).toBe(1)
    expect(JSON.parse(failed.stdout)).toMatchObject({ ok: false, error: { code: 'import_unreadable' } })
  })

  test('by rules that make ids comparable says what they did, there and in the journal', async () => {
    writeFileSync(
      join(dir, 'ids.csv'),
      '用户,ts\nU1,2024-01-01T00:00:00Z\n u1,2024-01-02T00:00:00Z\nu2,2024-01-03T00:00:00Z\n',
    )
    const rules = { account: ['trim', 'lower'], entity: {}, region: 'CN' }
    const [table] = mapping.tables
    const given = { ...mapping, identity: rules, tables: [{ ...table!, outputs: [table!.outputs[0]] }] }
    writeFileSync(join(dir, 'rules.json'), JSON.stringify(given))
    const done = await shoal('import', 'ids', 'ids.csv', '--mapping', 'rules.json')
    expect(done.stderr).toContain(
      "account ids: the mapping's rules changed 2 of 3; 1 became one with another",
    )
    const db = new Sqlite(join(dir, 'ids.shoal', 'workspace.sqlite'), { readonly: true })
    try {
      const entry = db
        .prepare(`SELECT payload FROM journal WHERE action = 'job.done' ORDER BY seq DESC`)
        .pluck()
        .get()
      expect(JSON.parse(entry as string)).toMatchObject({
        params: { mapping: { name: 'every format', identity: rules } },
        result: {
          accountsAdded: 2,
          identity: {
            mappings: [{ mapping: 'every format', ...rules }],
            accounts: { ids: 3, changed: 2, merged: 1 },
          },
        },
      })
    } finally {
      db.close()
    }
  })
})
