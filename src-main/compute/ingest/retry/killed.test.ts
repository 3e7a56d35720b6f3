import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RetryResult } from '../../../common/contract/problems.ts'
import { supersededIds } from '../../../common/facts/superseded.ts'
import { mappingSchema, type Mapping } from '../../../common/mapping/mapping.ts'
import { migrations } from '../../../core/db/migrations/index.ts'
import { openStore } from '../../store/open.ts'
import { importExport, sweepInterrupted } from '../import.ts'
import { checkWorkspace } from '../resume/check.ts'
import { contentHash } from '../resume/content-hash.ts'
import { creditHash, retryInChild, seeded, type Ended } from '../testing/kill.ts'
import { asJob, contextFor, createWorkspace, writeFiles, type TestWorkspace } from '../testing/workspace.ts'
import { retryRows } from './retry.ts'

/** Reproduces a run that failed. */
const SEED = 20261123
/** Nine of ten are read again: in more than one transaction. */
const ROWS = 22_500

/** Rows become an event, a link and a relation each, so that a retry meets accounts, entities, words and known facts. */
const calls = (format: 'day-first' | undefined): Mapping =>
  mappingSchema.parse({
    shoalMapping: 1,
    name: 'calls',
    tables: [
      {
        match: { file: 'calls.csv' },
        outputs: [
          {
            to: 'events',
            cells: {
              account_id: { column: 'who' },
              ts: { column: 'at', ...(format && { time: { format, zone: 'UTC' } }) },
              kind: { value: 'call' },
              device: { column: 'phone' },
            },
            attributes: 'rest',
          },
          {
            to: 'relations',
            cells: { src: { column: 'who' }, dst: { column: 'whom' }, type: { column: 'how' } },
            attributes: [],
          },
        ],
      },
    ],
  })
/** Nine of ten times are day first; some of those are no day at all, and stay in the list. */
const line = (i: number) => {
  const at =
    i % 10 === 0 ? '2024-01-02 10:00' : i % 100 === 1 ? '31/02/2024 10:00' : `${13 + (i % 15)}/01/2024 10:00`
  return `u${(i * 7919) % 3000},${at},phone${i % 900},v${(i * 31) % 2500},how${i % 9}`
}
const RETRY = { sourceId: 3, code: 'bad_time', mapping: calls('day-first') }

let w: TestWorkspace
let before: State
let expected: State
let undisturbed: Ended<RetryResult>

beforeAll(async () => {
  w = createWorkspace(migrations.map(({ sql }) => sql).join('\n'))
  const numbers = Array.from({ length: ROWS }, (_, i) => i + 1)
  writeFiles(w.root, {
    // Earlier facts: one that the retry brings word for word, one that it supersedes.
    'base/accounts.csv': 'account_id,tier\nu1,a\nnobody,b\n',
    'base/relations.csv': 'src,dst,type,weight\nu1,v1,how1,\nu7919,v31,how1,\n',
    'calls.csv': `who,at,phone,whom,how\n${numbers.map(line).join('\n')}\n`,
  })
  await importExport(asJob(w.ctx), { paths: [join(w.root, 'base')] })
  await importExport(asJob(w.ctx), { paths: [join(w.root, 'calls.csv')], given: calls(undefined) })
  before = await stateOf(w.ctx)
  w.db.pragma('wal_checkpoint(TRUNCATE)')
  w.db.close()
  const whole = fresh('undisturbed')
  undisturbed = await retryInChild(whole, '', RETRY)
  expect(undisturbed.result).toMatchObject({ sourceId: 4 })
  expect(undisturbed.result!.rowsIn).toBe(ROWS - ROWS / 10)
  expect(undisturbed.result!.problems).toBeGreaterThan(100)
  expected = await inWorkspace(whole, (ctx) => stateOf(ctx))
  expect(expected.content).not.toBe(before.content)
})
afterAll(() => w.dispose())

/** A copy of the workspace as it was before. */
function fresh(name: string): string {
  const to = join(w.root, name, 'test.shoal')
  mkdirSync(join(w.root, name))
  cpSync(w.ctx.workspace, to, { recursive: true })
  return to
}

type Ctx = ReturnType<typeof contextFor>
async function inWorkspace<T>(path: string, work: (ctx: Ctx) => Promise<T>): Promise<T> {
  const db = openStore(path)
  try {
    return await work(contextFor(path, db))
  } finally {
    db.close()
  }
}

/** What is shown, whom it is credited to, what holds no more, and how each row of each file counts. */
interface State {
  content: string
  credits: string
  superseded: unknown
  sums: unknown[]
}
async function stateOf(ctx: Ctx, content?: string | null): Promise<State> {
  return {
    content: content ?? (await contentHash(ctx)).sha256,
    credits: creditHash(ctx.db),
    superseded: [...supersededIds(ctx.db, 'relation')].length,
    sums: ctx.db
      .prepare(
        `SELECT table_name, retry_of, rows_in, rows_stored, rows_known, problems,
                (SELECT count(*) FROM import_problem p WHERE p.source_id = s.id) AS listed
         FROM source s WHERE status = 'ready' ORDER BY id`,
      )
      .all(),
  }
}

/** At its beginning, at three random moments of storing, and on both sides of moving the rows over. */
function moments(): { where: string; at: string; moved: boolean }[] {
  const random = seeded(SEED)
  const { phases, statements } = undisturbed
  const from = phases.findIndex(({ phase }) => phase === 'import.retry')
  const storing = (phases[from + 1]?.statements ?? statements) - phases[from]!.statements
  return [
    { where: 'as the source is made', at: '/INSERT INTO source (', moved: false },
    ...Array.from({ length: 3 }, () => ({
      where: 'while rows are stored',
      at: `import.retry+${1 + Math.floor(random() * storing * 0.9)}`,
      moved: false,
    })),
    { where: 'as the rows leave the list', at: '/DELETE FROM import_problem', moved: false },
    { where: 'as they leave their source', at: '/SET rows_in = rows_in - ?', moved: false },
    { where: 'as the new source is shown', at: `/SET status = 'ready'`, moved: false },
    { where: 'behind that', at: 'end', moved: true },
  ]
}

test('a retry that is killed moves all of its rows or none, and repeated it ends like one that was left alone', async () => {
  for (const [i, { where, at, moved }] of moments().entries()) {
    const about = `${where} (${at})`
    const path = fresh(`kill-${i}`)
    expect((await retryInChild(path, at, RETRY)).killed, about).toBe(true)

    await inWorkspace(path, async (ctx) => {
      expect(ctx.db.pragma('integrity_check', { simple: true }), about).toBe('ok')
      // As it was left, before anything is swept: whom it would credit is not shown.
      const left = moved ? expected : before
      expect(await stateOf(ctx), about).toMatchObject({ ...left, credits: expect.any(String) as string })
      // As opening does.
      expect((await sweepInterrupted(ctx)).kept, about).toBe(0)
      expect(creditHash(ctx.db), about).toBe(left.credits)
      if (moved) {
        // Nothing is left that this could read again but what it could not store.
        expect(await retryRows(ctx, { ...RETRY, sourceId: 4 }), about).toMatchObject({ sourceId: null })
        await expect(retryRows(ctx, RETRY), about).rejects.toMatchObject({ code: 'not_found' })
      } else {
        expect(await retryRows(asJob(ctx), RETRY), about).toMatchObject({
          rowsIn: undisturbed.result!.rowsIn,
        })
      }
      const { items, waiting, contentHash: content } = await checkWorkspace(ctx)
      expect(await stateOf(ctx, content), about).toEqual(expected)
      expect(items.filter(({ faults }) => faults > 0), about).toEqual([]) // prettier-ignore
      expect(waiting, about).toBe(0)
    })
    rmSync(join(path, '..'), { recursive: true })
  }
})
