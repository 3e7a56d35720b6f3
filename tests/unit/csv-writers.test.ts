import { parse } from 'csv-parse/sync'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { neutral } from '../../src-main/common/csv.ts'
import { ROOT, SAMPLE_DIR } from '../../src-main/hosts/node/paths.ts'

/** Every source file of the product, by its path. */
const sources = new Map(
  ['src-main', 'src-renderer'].flatMap((root) =>
    readdirSync(join(ROOT, root), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !/\.test\.|\btesting\b/.test(name))
      .map(
        (name) =>
          [join(root, name).replaceAll('\\', '/'), readFileSync(join(ROOT, root, name), 'utf8')] as const,
      ),
  ),
)
const having = (pattern: RegExp) =>
  [...sources].filter(([, text]) => pattern.test(text)).map(([path]) => path)

const WRITER = 'src-main/common/csv.ts'
const usesWriter = (path: string) =>
  /from '(?:\.\.\/)+(?:src-main\/)?common\/csv\.ts'/.test(sources.get(path)!)

/** Whether a file hands on what the problem list's CSV is made of elsewhere, piece by piece. */
const handsOn = (path: string) => /['"`]problems\.csv['"`]/.test(sources.get(path)!)

describe('every CSV goes through common/csv.ts, which neutralises formulas', () => {
  test('nobody else doubles quotes', () => {
    expect(having(/replace(?:All)?\((?:\/"\/g|['"`]"['"`]), ?['"`]""['"`]\)/).toSorted()).toEqual([
      WRITER,
      // Phrases of SQLite's full-text search.
      'src-main/compute/search/keys.ts',
      // Exports that are made to be imported; the test below holds them to having no formulas.
      'src-main/compute/simulate/csv.ts',
    ])
  })

  test('files of that kind are made in one place, of text that comes from it', () => {
    expect(having(/type: ['"`]text\/(?:csv|tab)/).filter((path) => !handsOn(path))).toEqual([
      'src-renderer/ui/save-csv.ts',
    ])
    for (const path of having(/\bsaveCsv\(/).filter((one) => !one.endsWith('/save-csv.ts'))) {
      const text = sources.get(path)!
      const writers = [...text.matchAll(/from '(\.[^']*(?:csv|export)\.ts)'/g)]
        .map(([, from]) => join(path, '..', from!).replaceAll('\\', '/'))
        .filter((one) => !one.endsWith('/save-csv.ts'))
      expect([path, ...writers].some(usesWriter), path).toBe(true)
    }
  })

  test('whoever writes a file called .csv uses it', () => {
    const writing = /createWriteStream|writeFile|\bbag\.file\(|\bsaveCsv\(|\.write\(/
    const named = /\.(?:csv|tsv)['"`]/
    const paths = [...sources]
      .filter(([, text]) => writing.test(text) && named.test(text))
      .map(([path]) => path)
      .filter((path) => !path.startsWith('src-main/compute/simulate/'))
    expect(paths).toContain('src-main/core/evidence/tables.ts')
    expect(paths).toContain('src-main/core/evidence/provenance.ts')
    for (const path of paths.filter((one) => !/\bsaveCsv\(/.test(sources.get(one)!) && !handsOn(one)))
      expect(usesWriter(path), path).toBe(true)
  })

  test('and whoever uses it joins no cells by hand', () => {
    const users = [...sources.keys()].filter(usesWriter)
    expect(users.length).toBeGreaterThanOrEqual(6)
    for (const path of users.filter((one) => one !== WRITER))
      expect(sources.get(path), path).not.toMatch(/\.join\((['"`])(?:,|;|\\t)\1\)/)
    expect(usesWriter('src-main/compute/ingest/retry/problem-csv.ts')).toBe(true)
  })

  test('no workbook is written at all', () => {
    expect(having(/spreadsheetml|xl\/worksheets\/sheet/)).toEqual(
      having(/spreadsheetml|xl\/worksheets\/sheet/).filter((path) => path.includes('/ingest/read/')),
    )
  })
})

test('nothing in a simulated export looks like a formula', () => {
  for (const name of readdirSync(SAMPLE_DIR).filter((file) => file.endsWith('.csv'))) {
    const records = parse(readFileSync(join(SAMPLE_DIR, name))) as string[][]
    expect(records.length).toBeGreaterThan(1)
    for (const cells of records)
      for (const cell of cells)
        if (neutral(cell) !== cell && !/^-?\d+(?:\.\d+)?$/.test(cell)) expect.fail(`${name}: ${cell}`)
  }
})
