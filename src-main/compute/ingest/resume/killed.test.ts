import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrations } from '../../../core/db/migrations/index.ts'
import { openStore } from '../../store/open.ts'
import { importExport } from '../import.ts'
import { blank, creditHash, importInChild, seeded, storedFiles, type Ended } from '../testing/kill.ts'
import { contextFor, createWorkspace, writeFiles, type TestWorkspace } from '../testing/workspace.ts'
import { checkWorkspace } from './check.ts'
import { contentHash } from './content-hash.ts'

/** Reproduces a run that failed. */
const SEED = 20261123

const schema = migrations.map(({ sql }) => sql).join('\n')
const many = (header: string, n: number, row: (i: number) => string) =>
  `${header}\n${Array.from({ length: n }, (_, i) => row(i)).join('\n')}\n`

let w: TestWorkspace
let big: string
let before: string
let expected: { content: string; credits: string }
let undisturbed: Ended

beforeAll(async () => {
  w = createWorkspace(schema)
  writeFiles(w.root, {
    'base/accounts.csv': 'account_id\nu1\na2\n',
    'base/events.csv': 'account_id,ts,kind,ip\nu1,2024-01-01,login,1.1.1.1\n',
    'base/reports.csv': 'report_id,account_id,text\nr0,u1,first report\n',
    'big/accounts.csv': many('account_id,tier', 2_000, (i) => `a${i},${i % 5}`),
    'big/relations.csv': many('src,dst,type', 2_000, (i) => `a${i},b${i % 900},rel${i % 3}`),
    'big/links.csv': many('account_id,entity_type,entity_id', 2_000, (i) => `a${i},phone,${i % 300}`),
    // More than one transaction.
    'big/events.csv': many('account_id,ts,kind,ip,device,country', 24_000, (i) => `a${(i * 7919) % 2500},${1_700_000_000 + i},login,10.0.${i % 250}.${i % 240},d${i % 4000},C${i % 30}`),
    'big/reports.csv': many('report_id,account_id,text', 1_500, (i) => i % 50 === 0 ? `r${i},,no account` : `r${i},a${i},report ${i} 这个人是骗子 he spams everyone`),
    'big/labels.csv': many('account_id,label', 200, (i) => `a${i},benign`),
  }) // prettier-ignore
  await importExport(w.ctx, { paths: [join(w.root, 'base')] })
  before = (await contentHash(w.ctx)).sha256
  w.db.pragma('wal_checkpoint(TRUNCATE)')
  w.db.close()
  big = join(w.root, 'big')

  const whole = fresh('undisturbed')
  undisturbed = await importInChild(whole, '', [big])
  expected = await inWorkspace(whole, async (ctx) => ({
    content: (await contentHash(ctx)).sha256,
    credits: creditHash(ctx.db),
  }))
  expect(expected.content).not.toBe(before)
})
afterAll(() => w.dispose())

/** A copy of the workspace as it was before. */
function fresh(name: string): string {
  const to = join(w.root, name, 'test.shoal')
  mkdirSync(join(w.root, name))
  cpSync(w.ctx.workspace, to, { recursive: true })
  return to
}

async function inWorkspace<T>(
  path: string,
  work: (ctx: ReturnType<typeof contextFor>) => Promise<T>,
): Promise<T> {
  const db = openStore(path)
  try {
    return await work(contextFor(path, db))
  } finally {
    db.close()
  }
}

/** In every phase and at its very beginning, between files, and on both sides of publishing. */
/** `stored`: files that are whole by then; null where that is not counted. */
function moments(): { where: string; at: string | number; stored: number | null; published?: true }[] {
  const random = seeded(SEED)
  const { phases } = undisturbed
  const statementsOf = (phase: string) => {
    const i = phases.findIndex((p) => p.phase === phase)
    return phases[i + 1]!.statements - phases[i]!.statements
  }
  const within = (phase: string) => `${phase}+${1 + Math.floor(random() * statementsOf(phase))}`
  return [
    { where: 'as the sources are made', at: '/INSERT INTO source (', stored: 0 },
    { where: 'between two files', at: 'import.links+1', stored: 2 },
    { where: 'in the largest file', at: within('import.events'), stored: 3 },
    { where: 'in the reports', at: within('import.reports'), stored: 4 },
    { where: 'in the thread that stores, in the first file', at: 3, stored: 0 },
    { where: 'in the thread that stores', at: 100 + Math.floor(random() * 800), stored: null },
    { where: 'as all is published', at: `/SET status = 'ready'`, stored: 6 },
    { where: 'behind publishing', at: 'end', stored: 0, published: true },
  ]
}

test('an import that is killed shows nothing, keeps what is whole, and ends like one that was left alone', async () => {
  for (const [i, { where, at, published, ...moment }] of moments().entries()) {
    const about = `${where} (${at})`
    const path = fresh(`kill-${i}`)
    const ended = await importInChild(path, at, [big])
    expect(ended.killed, about).toBe(true)

    const { seen, stored } = await inWorkspace(path, async (ctx) => {
      expect(ctx.db.pragma('integrity_check', { simple: true }), about).toBe('ok')
      return { seen: (await contentHash(ctx)).sha256, stored: storedFiles(ctx.db) }
    })
    // All of it or nothing.
    expect(seen, about).toBe(published ? expected.content : before)

    if (moment.stored !== null) expect(stored, about).toHaveLength(moment.stored)
    // What is stored is not read again: reading it would give other facts.
    const restore = blank(stored)
    try {
      const { result } = await importInChild(path, '', [big])
      expect(result!.adopted, about).toBe(stored.length)
    } finally {
      restore()
    }
    await inWorkspace(path, async (ctx) => {
      const report = await checkWorkspace(ctx)
      expect(report.items.filter(({ faults }) => faults > 0), about).toEqual([]) // prettier-ignore
      expect(report.waiting, about).toBe(0)
      expect(report.contentHash, about).toBe(expected.content)
      expect(creditHash(ctx.db), about).toBe(expected.credits)
    })
    rmSync(join(path, '..'), { recursive: true })
  }
})
