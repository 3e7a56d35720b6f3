import fc from 'fast-check'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ACCOUNT_CHANGES, type AccountChange } from '../../common/contract/changes.ts'
import { createPace, type Progress } from '../../common/pace.ts'
import { migrations } from '../../core/db/migrations/index.ts'
import { accountStanding } from '../../core/changes/standing.ts'
import { createWorkspace, type TestWorkspace } from '../ingest/testing/workspace.ts'
import { compareImports, importChanges } from './compare.ts'
import { changedAccounts, changedByCommunity, changedIds } from './lists.ts'
import { importNext } from './testing.ts'

const schema = migrations.map(({ sql }) => sql).join('\n')
let w: TestWorkspace
beforeEach(() => {
  w = createWorkspace(schema)
})
afterEach(() => w.dispose())

const put = (files: Record<string, string>) => importNext(w, files)
const keyOf = (id: number) => w.db.prepare('SELECT key FROM account WHERE id = ?').pluck().get(id) as string
const list = async (
  job: number,
  kind: AccountChange,
  more: { query?: string; field?: string; earlier?: number } = {},
) => Array.from(await changedIds(w.ctx, { job, kind, query: '', ...more }), keyOf).sort()

const FIRST = `account_id,registered_at,tier,city
a,2024-01-01,gold,Lyon
b,2024-01-02,gold,Oslo
c,2024-01-03,silver,
d,2024-01-04,gold,Rome
`
const SECOND = `account_id,registered_at,tier,city,risk
a,2024-01-01,gold,Lyon,low
b,2024-01-02,silver,Bergen,high
c,2024-01-13,silver,Nice,low
e,2024-02-01,gold,Rome,low
x,2024-02-02,gold,,low
`

test('what the next export of a platform changed', async () => {
  const one = await put({ accounts: FIRST, relations: 'src,dst\na,x\n' })
  const two = await put({ accounts: SECOND, relations: 'src,dst\na,x\na,y\n' })
  const changes = await importChanges(w.ctx, { job: two })
  expect(changes.earlier?.job).toBe(one)
  // y is mentioned only; x was before it was listed.
  expect(changes.accounts).toEqual({ new: 2, gone: 1, changed: 2, described: 1, unchanged: 1 })
  expect(changes.fields).toEqual([
    { name: 'city', accounts: 2 },
    { name: 'registered_at', accounts: 1 },
    { name: 'tier', accounts: 1 },
  ])
  expect(changes.columns).toEqual({ added: ['risk'], dropped: [] })
  expect(await list(two, 'new')).toEqual(['e', 'y'])
  expect(await list(two, 'gone')).toEqual(['d'])
  expect(await list(two, 'changed')).toEqual(['b', 'c'])
  expect(await list(two, 'described')).toEqual(['x'])
  expect(await list(two, 'changed', { query: 'B' })).toEqual(['b'])
  expect(await list(two, 'changed', { field: 'registered_at' })).toEqual(['c'])
  const { rows } = await changedAccounts(w.ctx, {
    job: two,
    kind: 'changed',
    query: '',
    offset: 0,
    limit: 10,
  })
  expect(rows.map(({ key, fields }) => ({ key, fields }))).toEqual([
    {
      key: 'b',
      fields: [
        { name: 'city', values: ['Oslo', 'Bergen'] },
        { name: 'tier', values: ['gold', 'silver'] },
      ],
    },
    {
      key: 'c',
      fields: [
        { name: 'registered_at', values: ['2024-01-03T00:00:00.000Z', '2024-01-13T00:00:00.000Z'] },
        { name: 'city', values: [null, 'Nice'] },
      ],
    },
  ])
})

test('the first import has nothing to be compared with; where no accounts are listed nobody is gone', async () => {
  const one = await put({ relations: 'src,dst\na,b\n' })
  const first = await importChanges(w.ctx, { job: one })
  expect(first.earlier).toBeNull()
  expect(first.accounts).toEqual({ new: 2, gone: null, changed: null, described: null, unchanged: null })
  const two = await put({ relations: 'src,dst\na,c\n' })
  const second = await importChanges(w.ctx, { job: two })
  expect(second.earlier?.job).toBe(one)
  expect(second.accounts).toEqual({ new: 1, gone: null, changed: null, described: null, unchanged: null })
  await expect(importChanges(w.ctx, { job: 9 })).rejects.toThrow(/brought nothing/)
  await expect(importChanges(w.ctx, { job: one, earlier: two })).rejects.toThrow(/not earlier/)
})

test('an import is compared with the one of its own kind, or with the one that was chosen', async () => {
  const one = await put({ accounts: FIRST })
  const other = await put({ relations: 'src,dst\nq,r\n' })
  const two = await put({ accounts: FIRST.replace('d,2024-01-04,gold,Rome\n', '') })
  const three = await put({ accounts: FIRST.replace('gold', 'silver') })
  expect((await importChanges(w.ctx, { job: two })).earlier?.job).toBe(one)
  expect(await list(two, 'gone')).toEqual(['d'])
  expect(await list(three, 'described')).toEqual(['d'])
  expect(await list(three, 'described', { earlier: one })).toEqual([])
  expect(await list(three, 'changed', { earlier: one })).toEqual(['a'])
  expect((await importChanges(w.ctx, { job: two })).others.map(({ job }) => job)).toEqual([other, one])
})

test('what was found is kept, and made anew where it is gone', async () => {
  await put({ accounts: FIRST })
  const two = await put({ accounts: SECOND })
  const { codes } = await compareImports(w.ctx, { job: two })
  const again = await compareImports(w.ctx, { job: two })
  expect(again.codes).toEqual(codes)
  rmSync(join(w.ctx.workspace, 'derived'), { recursive: true })
  expect((await compareImports(w.ctx, { job: two })).codes).toEqual(codes)
})

test('an account says where it stands, and a community whom of its members an import changed', async () => {
  await put({ accounts: FIRST })
  expect(accountStanding(w.db, 1)).toBeNull()
  const two = await put({ accounts: SECOND, relations: 'src,dst\na,z\n' })
  const standing = (key: string) =>
    accountStanding(w.db, w.db.prepare('SELECT id FROM account WHERE key = ?').pluck().get(key) as number)
  expect(standing('a')).toMatchObject({ kind: 'unchanged', job: two })
  expect(standing('b')).toMatchObject({ kind: 'changed', fields: [{ name: 'city' }, { name: 'tier' }] })
  expect(standing('d')).toMatchObject({ kind: 'gone', job: two })
  expect(standing('e')).toMatchObject({ kind: 'new', earlierAt: null })
  expect(standing('z')).toBeNull()
  w.db
    .exec(`INSERT INTO run (id, kind, algorithm, algorithm_version, params, inputs, status, started_at, app_version)
      VALUES (1, 'communities', 'leiden', '1', '{}', '{}', 'done', 0, 't');
    INSERT INTO community SELECT 1, value, 3, 1, 1, 0 FROM json_each('[0,1]');
    INSERT INTO community_member SELECT 1, id, key IN ('a','b','d'), 1 FROM account`)
  const counts = await changedByCommunity(w.ctx, { job: two, communitiesRunId: 1 })
  expect(Object.fromEntries(Object.entries(counts).map(([k, v]) => [k, [...v]]))).toEqual({
    new: [3, 0],
    changed: [1, 1],
    gone: [0, 1],
  })
})

test('any two exports: every account is where a plain comparison puts it', async () => {
  const record = fc.record({ tier: fc.constantFrom('', 'x', 'y'), city: fc.constantFrom('', '1') })
  const listed = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), record, {
    minKeys: 1,
    noNullPrototype: true,
  })
  const mentioned = fc.array(fc.constantFrom('a', 'c', 'f', 'g'), { maxLength: 3 })
  const exported = fc.record({ listed, mentioned })
  await fc.assert(
    fc.asyncProperty(exported, exported, async (before, after) => {
      const space = createWorkspace(schema)
      try {
        const csv = ({ listed, mentioned }: typeof before, n: number) => ({
          accounts:
            'account_id,tier,city\n' +
            Object.entries(listed)
              .map(([key, { tier, city }]) => `${key},${tier},${city}\n`)
              .join(''),
          relations: `src,dst,weight\n${['hub', ...mentioned].map((key) => `hub,${key},${n}\n`).join('')}`,
        })
        await importNext(space, csv(before, 1))
        const job = await importNext(space, csv(after, 2))
        if (
          space.db
            .prepare('SELECT count(*) FROM source WHERE job_id = ? AND status = ?')
            .pluck()
            .get(job, 'duplicate') !== 0
        )
          return
        const { codes } = await compareImports(space.ctx, { job })
        const found = Object.fromEntries(
          (space.db.prepare('SELECT id, key FROM account').all() as { id: number; key: string }[]).map(
            ({ id, key }) => [key, ACCOUNT_CHANGES[codes[id]! - 1] ?? null],
          ),
        )
        const knownBefore = new Set([...Object.keys(before.listed), ...before.mentioned, 'hub'])
        for (const [key, kind] of Object.entries(found)) {
          const [old, now] = [before.listed[key], after.listed[key]]
          const plain =
            old && now
              ? old.tier === now.tier && old.city === now.city
                ? 'unchanged'
                : 'changed'
              : old
                ? 'gone'
                : knownBefore.has(key)
                  ? now
                    ? 'described'
                    : null
                  : 'new'
          expect([key, kind]).toEqual([key, plain])
        }
      } finally {
        space.dispose()
      }
    }),
    { numRuns: 12 },
  )
})

test('a first comparison says how far it is, to its end, and stops when it is cancelled; a kept one says nothing', async () => {
  await put({ accounts: FIRST })
  const two = await put({ accounts: SECOND })
  const told: Progress[] = []
  const controller = new AbortController()
  const pace = createPace(controller.signal, (progress) => told.push(progress))
  await compareImports({ ...w.ctx, ...pace }, { job: two })
  expect(told.map(({ unit, total }) => `${unit} ${total}`)).toEqual(
    told.map(() => `${told[0]!.unit} ${told[0]!.total}`),
  )
  const shares = told.map(({ done, total }) => done / total!)
  expect(shares[0]).toBe(0)
  expect(shares.at(-1)).toBe(1)
  expect(shares).toEqual(shares.toSorted((a, b) => a - b))

  told.length = 0
  await compareImports({ ...w.ctx, ...pace }, { job: two })
  expect(told).toEqual([])

  rmSync(join(w.ctx.workspace, 'derived'), { recursive: true })
  controller.abort()
  await expect(compareImports({ ...w.ctx, ...pace }, { job: two })).rejects.toMatchObject({
    code: 'cancelled',
  })
})
