import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freePace } from '../../common/pace.ts'
import { ExploreState } from '../explore/state.ts'
import { testWorkspace, type TestWorkspace } from '../graph/test-workspace.ts'
import { newestBySql, searchAll, searchCounts } from './find.ts'
import { asciiLower, fold } from './fold.ts'
import { hasTexts, readTexts, reportsWith } from './texts.ts'

let w: TestWorkspace
beforeEach(() => {
  w = testWorkspace()
  w.db.exec(`DELETE FROM source;
    INSERT INTO source (id, path, table_name, sha256, status, imported_at) VALUES
      (1, 'a', 'reports', 'a', 'ready', 0), (2, 'b', 'reports', 'b', 'importing', 0);
    INSERT INTO account (id, key, source_id, row) VALUES (1, 'a', 1, 1)`)
})
afterEach(() => w.close())

function reports(texts: readonly string[], times: readonly (number | null)[] = [], source = 1): void {
  w.db.exec('BEGIN')
  const put = w.db.prepare(
    'INSERT INTO report (key, account_id, ts, text, source_id, row) VALUES (?, 1, ?, ?, ?, 1)',
  )
  texts.forEach((text, i) => {
    const id = put.run(`r${source}-${i}`, times[i] ?? null, text, source).lastInsertRowid
    w.db.prepare('INSERT INTO report_fts (rowid, text) VALUES (?, ?)').run(id, text)
  })
  w.db.exec('COMMIT')
}

/** Letters whose cases are one, two or three signs; Chinese; signs of LIKE, of FTS, of patterns; a surrogate pair. */
const sign = fc.constantFrom(...'aAbBéÉkK\u212aſsSßẞİıiIσςΣµμДдＡａ微信返利%_"\'.*$ -😡Ⓐⓐ')

test('finds what the index and LIKE find, newest first, in any writing', async () => {
  let hits = 0
  const word = fc.string({ unit: sign, minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: sign, minLength: 1, maxLength: 14 }), { minLength: 1, maxLength: 20 }),
      fc.array(fc.option(fc.nat(5)), { minLength: 20, maxLength: 20 }),
      fc.array(word, { minLength: 1, maxLength: 2 }),
      async (texts, times, words) => {
        w.db.exec('DELETE FROM report_fts; DELETE FROM report')
        reports(texts, times)
        const index = await readTexts(w.db, freePace())
        // Words that are there, too: a part of a text in the other case.
        const inside = texts.map((text) => [...text].slice(1, 4).join('').toUpperCase())
        for (const query of [...words, words.join(' '), ...inside]) {
          const found = [...reportsWith(w.db, index, query)]
          expect([query, found]).toEqual([query, newestBySql(w.db, query, 100)])
          hits += found.length
        }
      },
    ),
    { numRuns: 60 },
  )
  expect(hits).toBeGreaterThan(100)
})

test('folds each sign as the trigram index does, and A to Z alone for LIKE', () => {
  expect(fold('É\u212aſẞΣς微信Ａ')).toBe('éksßσσ微信ａ')
  expect(asciiLower('AbÉ\u212a')).toBe('abÉ\u212a')
})

test('answers before the texts are there, and the same when they are; an import makes them new', async () => {
  reports(['加我微信返利', '加微信', 'pay the deposit'], [3, 3, 9])
  reports(['微信 later'], [10], 2)
  const state = new ExploreState(w.ctx.workspace)
  const at = state.snapshot({})
  expect(await at.facts.texts.ready()).toBeNull()
  const first = (await searchAll(at, '微信', 8)).reports
  expect(first.map(({ id }) => id)).toEqual([1, 2])
  expect(first[0]).toEqual({ id: 1, accountId: 1, accountKey: 'a', snippet: '加我微信返利' })
  await at.facts.texts.get()
  expect(hasTexts(w.ctx.workspace, at.facts.key)).toBe(true)
  expect((await searchAll(at, '微信', 8)).reports).toEqual(first)
  expect((await searchAll(at, '微信', 1)).reports).toEqual(first.slice(0, 1))
  expect((await searchCounts(at, '微信')).reports).toBe(2)

  w.db.exec(`UPDATE source SET status = 'ready' WHERE id = 2`)
  const after = state.snapshot({})
  expect((await searchAll(after, '微信', 8)).reports.map(({ id }) => id)).toEqual([4, 1, 2])
  await after.facts.texts.get()
  expect((await searchAll(after, '微信', 8)).reports.map(({ id }) => id)).toEqual([4, 1, 2])
  expect(hasTexts(w.ctx.workspace, at.facts.key)).toBe(false)
  state.close()
})
