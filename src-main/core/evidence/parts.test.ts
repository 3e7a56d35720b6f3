import Sqlite from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sql } from '../db/migrations/0001-initial.ts'
import { decodePath, encodePath } from './bag.ts'
import { csvRow, verbatim } from '../../common/csv.ts'
import { createCsvSplitter, original } from './csv.ts'
import { FAMILY_WORDS, FEATURE_WORDS } from './feature-words.ts'
import { cut, escape, riskColour } from './markup.ts'
import { pseudonymNames } from './names.ts'
import { t } from './report.ts'
import { STRINGS, type StringKey } from './strings.ts'

test('both languages say everything, with the same values', () => {
  for (const [key, [en, zh]] of Object.entries({ ...STRINGS, ...FEATURE_WORDS, ...FAMILY_WORDS })) {
    expect(en.trim(), key).not.toBe('')
    expect(zh, key).toMatch(/[\u4e00-\u9fff]/)
    const values = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()
    expect(values(zh), key).toEqual(values(en))
  }
  const both = t('oAccounts' as StringKey, { n: '<5>' })
  expect(both).toBe(
    '<span lang="en">&#60;5&#62; accounts in this case</span><span lang="zh-CN">本案涉及 &#60;5&#62; 个账号</span>',
  )
})

test('CSV comes back as it went in, whatever the text and the chunks', () => {
  // A bare CR is normalised by readers: that is no part of this property.
  const cell = fc.string({ unit: 'grapheme' }).filter((s) => !s.includes('\r'))
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 }),
      fc.integer({ min: 1, max: 7 }),
      (rows, size) => {
        const read: string[][] = []
        const splitter = createCsvSplitter((cells) => read.push(cells))
        const points = Array.from(rows.map((row) => csvRow(row)).join(''))
        for (let i = 0; i < points.length; i += size) splitter.push(points.slice(i, i + size).join(''))
        splitter.end()
        expect(read.map((cells) => cells.map(verbatim))).toEqual(rows)
      },
    ),
  )
  expect(original(0, -90)).toBe('1969-12-31T22:30:00.000-01:30')
})

test('escaped text holds no markup, no control and no direction', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      // eslint-disable-next-line no-control-regex
      expect(escape(text)).not.toMatch(/[<>"'\u0000-\u0008\u202a-\u202e\u2066-\u2069]|&(?!#\d+;)/)
    }),
  )
  expect(cut('😀😀😀', 2)).toBe('😀😀…')
  expect(cut('abc', 3)).toBe('abc')
})

test('manifest paths come back as they went in and hold no newline', () => {
  fc.assert(
    fc.property(fc.string(), (path) => {
      expect(decodePath(encodePath(path))).toBe(path)
      expect(encodePath(path)).not.toMatch(/[\r\n]/)
    }),
  )
})

test('the risk ramp runs through the colours of the look', () => {
  expect([0, 1 / 3, 2 / 3, 1].map(riskColour)).toEqual(['#4d7aa8', '#7f70b3', '#c58a12', '#cf3f24'])
  expect(riskColour(null)).toBe('#b4bec8')
})

test('no key of six characters or more survives in any text', () => {
  const key = fc.stringMatching(/^[a-z0-9_]{6,10}$/)
  fc.assert(
    fc.property(
      fc.uniqueArray(key, { minLength: 1, maxLength: 6 }),
      fc.array(fc.nat(), { maxLength: 8 }),
      fc.array(fc.string(), { maxLength: 8 }),
      (keys, picks, glue) => {
        const db = new Sqlite(':memory:')
        db.exec(sql)
        db.exec(
          `INSERT INTO source (id, path, table_name, status, imported_at) VALUES (1, 'x', 'accounts', 'ready', 1)`,
        )
        const add = db.prepare('INSERT INTO account (key, source_id, row) VALUES (?, 1, 1)')
        for (const k of keys) add.run(k)
        const text = picks.map((p, i) => keys[p % keys.length] + (glue[i] ?? ' ')).join('')
        const hidden = pseudonymNames(db).text(text)
        // Replacing may bring pieces together into a key again only across a pseudonym, which holds '~'.
        for (const k of keys) expect(hidden).not.toContain(k)
        db.close()
      },
    ),
    { numRuns: 60 },
  )
})
