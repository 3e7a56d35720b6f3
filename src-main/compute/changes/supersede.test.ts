import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { current, supersededBy, supersededIds, supersededVersion } from '../../common/facts/superseded.ts'
import { migrations } from '../../core/db/migrations/index.ts'
import { forEachPage, readyRows } from '../graph/read-columns.ts'
import { createWorkspace, type TestWorkspace } from '../ingest/testing/workspace.ts'
import { factsHash } from '../store/runs.ts'
import { trainingLabels } from '../store/labels.ts'
import { importNext } from './testing.ts'

const schema = migrations.map(({ sql }) => sql).join('\n')
let w: TestWorkspace
beforeEach(() => {
  w = createWorkspace(schema)
})
afterEach(() => w.dispose())

const TABLES = ['accounts', 'relations', 'links', 'events', 'reports', 'labels']
const put = (files: Record<string, string>, space = w) => importNext(space, files)

interface Fact {
  src: string
  dst: string
  type: string
  weight: number
  first: number | null
  last: number | null
}
const RELATIONS = 'src,dst,type,weight,first_seen,last_seen\n'
const relations = (facts: readonly Fact[]) =>
  RELATIONS +
  facts.map((f) => `${f.src},${f.dst},${f.type},${f.weight},${f.first ?? ''},${f.last ?? ''}\n`).join('')
const day = (n: number) => 1_700_000_000_000 + n * 86_400_000
const fact = (weight: number, first: number | null = null, last: number | null = null): Fact => ({
  src: 'a',
  dst: 'b',
  type: 'pays',
  weight,
  first: first === null ? null : day(first),
  last: last === null ? null : day(last),
})
const weights = (space = w): number[] =>
  space.db
    .prepare(`SELECT weight FROM relation WHERE true${current(space.db, 'relation')} ORDER BY id`)
    .pluck()
    .all() as number[]
const columnWeights = async (space = w) => {
  const all: number[] = []
  await forEachPage(space.ctx, readyRows(space.ctx, 'relation'), ['weight'], ([page]) => {
    all.push(...(page as number[]))
  })
  return all
}

test('one import: nothing is superseded and nothing is asked for', async () => {
  await put({ relations: relations([fact(1), fact(2)]) })
  expect(supersededVersion(w.db)).toBe(0)
  expect(current(w.db, 'relation')).toBe('')
  expect(weights()).toEqual([1, 2])
})

test('a relation that a later export states anew counts as it says now; both rows stay', async () => {
  await put({ relations: relations([fact(2, 1, 5), { ...fact(7), dst: 'c' }]) })
  const before = factsHash(w.ctx, TABLES)
  await put({ relations: relations([fact(5, 1, 9)]) })
  expect(weights()).toEqual([7, 5])
  expect(await columnWeights()).toEqual([7, 5])
  expect(w.db.prepare('SELECT count(*) FROM relation').pluck().get()).toBe(3)
  expect(factsHash(w.ctx, TABLES)).not.toBe(before)
  expect(supersededBy(w.db, new Set([2]))).toEqual({ relation: 1, link: 0, label: 0 })
  await put({ relations: relations([fact(6, null, 12)]) })
  expect(weights()).toEqual([7, 6])
  expect(supersededIds(w.db, 'relation')).toEqual(Uint32Array.of(1, 3))
})

test('rows of one export add up, and so do acts that began at another time', async () => {
  await put({ relations: relations([fact(1, 1), fact(2, 2)]) })
  await put({ relations: relations([fact(3, 3), fact(4, 3)]) })
  expect(weights()).toEqual([1, 2, 3, 4])
})

test('of links the newest count, of labels what the same source said last', async () => {
  const links = 'account_id,entity_type,entity_id,first_seen,last_seen,count\n'
  const labels = 'account_id,label,source,ts\n'
  await put({
    accounts: 'account_id\na\nb\n',
    links: `${links}a,device,d1,${day(1)},${day(3)},3\na,device,d2,${day(1)},${day(3)},3\n`,
    labels: `${labels}a,malicious,ops,\nb,malicious,ops,${day(1)}\nb,malicious,bot,${day(1)}\n`,
  })
  await put({
    accounts: 'account_id\na\nb\n',
    links: `${links}a,device,d1,${day(1)},${day(9)},8\n`,
    labels: `${labels}a,benign,ops,\nb,benign,ops,${day(1)}\n`,
  })
  expect(
    w.db
      .prepare(`SELECT count FROM link WHERE true${current(w.db, 'link')}`)
      .pluck()
      .all(),
  ).toEqual([3, 8])
  const trained = trainingLabels(w.ctx, Uint32Array.of(1, 2))
  expect([...trained.y]).toEqual([0, 0])
  expect(
    w.db
      .prepare(`SELECT label_source FROM label WHERE true${current(w.db, 'label')} ORDER BY id`)
      .pluck()
      .all(),
  ).toEqual(['bot', 'ops', 'ops'])
})

test('rows that were read again count as their first import', async () => {
  await put({ relations: relations([{ ...fact(1), dst: 'z' }]) })
  await put({ relations: relations([fact(9)]) })
  // What the retry of the first file's rejected row stores.
  w.db.exec(`INSERT INTO job (id, kind, params, status, created_at) VALUES (3, 'import', '{}', 'done', 0);
    INSERT INTO source (id, job_id, path, table_name, status, imported_at, retry_of) VALUES (9, 3, '/x', 'relations', 'importing', 0, 1);
    INSERT INTO relation (src_id, dst_id, type_id, weight, source_id, row)
      SELECT src_id, dst_id, type_id, 4, 9, 2 FROM relation WHERE weight = 9`)
  const { findSuperseded } = await import('./supersede.ts')
  const found = await findSuperseded({ ...w.ctx, jobId: 3 }, [9])
  expect([[...found.relation.ids], [...found.relation.by]]).toEqual([[3], [2]])
})

test('any two exports: what counts is what a plain reading says', async () => {
  const account = fc.constantFrom('a', 'b', 'c')
  const when = fc.option(fc.integer({ min: 1, max: 3 }).map(day), { nil: null })
  const row = fc.record({
    src: account,
    dst: account,
    type: fc.constantFrom('pays', 'knows'),
    weight: fc.integer({ min: 1, max: 3 }),
    first: when,
    last: fc.constant(null),
  })
  const rows = fc.array(row, { minLength: 1, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(rows, rows, rows, async (...exports) => {
      const space = createWorkspace(schema)
      try {
        for (const [i, facts] of exports.entries())
          await put({ relations: relations(facts) + `only${i},only${i},self,1,,\n` }, space)
        const counted = space.db
          .prepare(
            `SELECT a.key AS src, b.key AS dst, t.value AS type, r.weight, r.first_seen AS first, r.last_seen AS last
             FROM relation r JOIN account a ON a.id = r.src_id JOIN account b ON b.id = r.dst_id JOIN term t ON t.id = r.type_id
             WHERE t.value <> 'self'${current(space.db, 'relation', 'r')}`,
          )
          .all() as Fact[]
        expect(counted.map(text).sort()).toEqual(plainly(exports).map(text).sort())
      } finally {
        space.dispose()
      }
    }),
    { numRuns: 12 },
  )
})

const text = (f: Fact) => JSON.stringify([f.src, f.dst, f.type, f.weight, f.first])

/** What counts after the exports came one after the other: as the documentation says, without regard for speed. */
function plainly(exports: Fact[][]): Fact[] {
  const ends = (f: Fact) => JSON.stringify([f.src, f.dst, f.type])
  let standing: Fact[] = []
  for (const facts of exports) {
    // What is there word for word is not stored again, and goes on counting.
    const again = new Set<Fact>()
    const fresh = facts.filter((now) => {
      const same = standing.find((old) => !again.has(old) && text(old) === text(now))
      if (same) again.add(same)
      return !same
    })
    const anew = (old: Fact) =>
      fresh.some(
        (now) =>
          ends(now) === ends(old) && (now.first === null || old.first === null || now.first === old.first),
      )
    standing = [...standing.filter((old) => again.has(old) || !anew(old)), ...fresh]
  }
  return standing
}

test('what is stated anew and then again as at first counts as at first', async () => {
  await put({ relations: relations([fact(2)]) })
  await put({ relations: relations([fact(5)]) })
  await put({ relations: `${relations([fact(2)])}other,b,pays,1,,\n` })
  expect(weights()).toEqual([2, 1])
  expect(supersededIds(w.db, 'relation')).toEqual(Uint32Array.of(1, 2))
})

test('a row that comes again beside a new one of the same pair is a further fact', async () => {
  await put({ relations: relations([fact(3)]) })
  await put({ relations: relations([fact(3), fact(5)]) })
  expect(weights()).toEqual([3, 5])
})
