import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { mappingSchema } from '../../../common/mapping/mapping.ts'
import { migrations } from '../../../core/db/migrations/index.ts'
import { importExport } from '../import.ts'
import { CellRow } from '../read/cell-row.ts'
import { createWorkspace, writeFiles, type TestWorkspace } from '../testing/workspace.ts'
import { isNull, nullWords, PickedRow } from './nulls.ts'

const WORDS = ['\\N', 'NULL', '-', '无']

test('a cell is no value where it is one of the words or white space, and never else', () => {
  const words = nullWords(WORDS)
  const cell = fc.oneof(fc.constantFrom(...WORDS, 'null', 'NULLS', '--', ''), fc.string({ unit: 'grapheme' }))
  fc.assert(
    fc.property(cell, fc.constantFrom('', ' ', '\t', ' \r'), fc.string(), (text, edge, before) => {
      const bytes = Buffer.from(`${before}${edge}${text}${edge}`)
      const start = Buffer.byteLength(before)
      // eslint-disable-next-line no-control-regex
      const bare = text.replace(/^[\0-\x20]+|[\0-\x20]+$/g, '')
      expect(isNull(words, bytes, start, bytes.length)).toBe(bare === '' || WORDS.includes(bare))
    }),
  )
})

test('a picked row holds its cells as they are, but for those that are no value', () => {
  const row = new CellRow()
  row.begin(4)
  for (const [i, text] of ['a', 'NULL', ' b ', '\\N'].entries()) row.set(i, text)
  const picked = new PickedRow([3, 2, 0, 1], nullWords(WORDS)).of(row)
  expect([0, 1, 2, 3].map((i) => picked.text(i))).toEqual(['', ' b ', 'a', ''])
  expect([...picked.starts].map((start, i) => picked.ends[i] - start)).toEqual([0, 3, 1, 0])
  expect(picked.raw()).toBe('a\tNULL\t b \t\\N')
})

describe('an import', () => {
  let w: TestWorkspace
  beforeEach(() => {
    w = createWorkspace(migrations.map(({ sql }) => sql).join('\n'))
    mkdirSync(join(w.root, 'x'))
  })
  afterEach(() => w.dispose())
  const all = (sql: string) => w.db.prepare(sql).pluck().all()

  test('makes nobody of NULL, and keeps attributes and records as they were', async () => {
    writeFiles(w.root, {
      'x/users_export.csv':
        'user_id,email,created_at,last_ip,device_id,shoe_size\n' +
        Array.from({ length: 40 }, (_, i) =>
          i % 4 === 0
            ? `${i},\\N,NULL,\\N,None,\\N`
            : `${i},u${i}@b.com,2024-01-0${1 + (i % 9)} 10:00:00,10.0.0.${i},"d${i % 7}",r`,
        ).join('\n') +
        '\nNULL,a@b.com,2024-01-01 10:00:00,10.0.0.1,d1,r\n',
    })
    const result = await importExport(w.ctx, { paths: [join(w.root, 'x')] })
    expect(result).toMatchObject({ rowsIn: 41, rowsStored: 40, problems: 1, accountsAdded: 40 })
    expect(all('SELECT code FROM import_problem')).toEqual(['missing_value'])
    const nobody = `('\\N', 'NULL', 'None')`
    expect(all(`SELECT key FROM account WHERE key IN ${nobody}`)).toEqual([])
    expect(all(`SELECT key FROM entity WHERE key IN ${nobody}`)).toEqual([])
    expect(all('SELECT count(registered_at) FROM account_record')).toEqual([30])
    expect(all('SELECT attributes FROM account_record ORDER BY id LIMIT 1')).toEqual([
      '{"shoe_size":"\\\\N"}',
    ])
  })

  test('of a list of banned users labels them, and says so', async () => {
    const ids = Array.from({ length: 30 }, (_, i) => `u${i},name ${i}`)
    writeFiles(w.root, { 'x/封禁名单.csv': `用户ID,昵称\n${ids.join('\n')}\n` })
    const result = await importExport(w.ctx, { paths: [join(w.root, 'x')] })
    expect(result.warnings[0]!.message).toContain('By its name, all of them were labelled malicious.')
    expect(all('SELECT label FROM label GROUP BY label HAVING count(*) = 30')).toEqual(['malicious'])
  })

  test('by a mapping that names no such words keeps NULL as the id that it may be', async () => {
    writeFiles(w.root, { 'x/a.csv': 'who,dev\nNULL,-\nu1,d1\n' })
    const given = mappingSchema.parse({
      shoalMapping: 1,
      name: 'm',
      tables: [
        {
          match: { columns: ['who'] },
          outputs: [
            {
              to: 'links',
              cells: {
                account_id: { column: 'who' },
                entity_type: { value: 'device' },
                entity_id: { column: 'dev' },
              },
            },
          ],
        },
      ],
    })
    expect(await importExport(w.ctx, { paths: [join(w.root, 'x')], given })).toMatchObject({ rowsStored: 2 })
    expect(all('SELECT key FROM account ORDER BY key')).toEqual(['NULL', 'u1'])
  })

  test('reads amounts with marks for thousands, and says which it cannot read', async () => {
    writeFiles(w.root, {
      'x/transfers.csv':
        'sender;receiver;amount;date\n' +
        Array.from({ length: 30 }, (_, i) => `a${i};b${i % 5};1.${200 + i},50 €;31.01.2024 10:00`).join(
          '\n',
        ) +
        '\na1;b1;about 5;31.01.2024 10:00\n',
    })
    const result = await importExport(w.ctx, { paths: [join(w.root, 'x')] })
    expect(result).toMatchObject({ rowsIn: 31, rowsStored: 30, problems: 1 })
    expect(all('SELECT min(weight) FROM relation')).toEqual([1200.5])
    expect(all('SELECT max(weight) FROM relation')).toEqual([1229.5])
    expect(all('SELECT message FROM import_problem')[0]).toContain('about 5')
  })
})
