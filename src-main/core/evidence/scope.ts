import Sqlite, { type Database } from 'better-sqlite3'
import { basename } from 'node:path'
import type { CaseDetail } from '../../common/contract/cases.ts'
import type { ValidationReport } from '../../common/contract/lab.ts'
import { ShoalError } from '../../common/errors.ts'
import { caseDetail } from '../cases/queries.ts'
import type { CoreContext } from '../context.ts'
import { newestValidation } from '../learning/lab.ts'
import { getMeta, newestRuns } from '../workspace/queries.ts'
import { plainNames, pseudonymNames, type Names } from './names.ts'

export interface RunRecord {
  id: number
  kind: string
  algorithm: string
  algorithm_version: string
  params: string
  seed: number | null
  inputs: string
  parent_run_id: number | null
  model_name: string | null
  model_sha256: string | null
  provider: string | null
  status: string
  started_at: number
  finished_at: number | null
  app_version: string
  stats: string
  derived: string | null
}
export interface PinnedCommunity {
  runId: number
  id: number
  /** 'C-17', with its run where the case pins communities of several runs. */
  label: string
  size: number
}
export interface SourceName {
  file: string
  sha256: string
}

/** One consistent picture of the workspace for one pack, and what the case covers. */
export interface Scope {
  /** A read-only connection of its own in one read transaction; temp.pack_account holds the accounts. */
  db: Database
  workspace: string
  workspaceName: string
  case: CaseDetail
  communities: PinnedCommunity[]
  accounts: number
  /** Run whose communities are named in tables: that of the pins, else the newest. */
  communitiesRun: number | null
  scoresRun: number | null
  classesRun: number | null
  seriesRun: number | null
  /** What is known of how far the pinned communities can be trusted: communities run -> its newest trust run. */
  trustRuns: ReadonlyMap<number, number>
  /** Scores at or above it are called likely malicious; null where the model states none. */
  threshold: number | null
  /** How the scorer did on accounts that it had not seen; null where nobody has validated it on this graph. */
  validation: ValidationReport | null
  runs: RunRecord[]
  sources: Map<number, SourceName>
  simulated: boolean
  names: Names
  now: number
  actor: string
  appVersion: string
  close(): void
}

/** Opens the snapshot. The accounts are the members of pinned communities, pinned accounts, and those reported. */
export function openScope(ctx: CoreContext, options: { caseId: number; pseudonyms: boolean }): Scope {
  const open = ctx.open()
  const db = new Sqlite(open.db.name, { readonly: true, fileMustExist: true })
  try {
    db.pragma('busy_timeout = 5000')
    db.pragma('temp_store = MEMORY')
    db.exec('BEGIN')
    const row = caseDetail(db, options.caseId)
    if (row.items.length === 0)
      throw new ShoalError(
        'invalid_input',
        `The case "${row.name}" is empty. Add a community, an account or a report first.`,
      )
    db.exec('CREATE TEMP TABLE pack_account (id INTEGER PRIMARY KEY) STRICT')
    const add = db.prepare('INSERT OR IGNORE INTO temp.pack_account VALUES (?)')
    const members = db.prepare(
      `INSERT OR IGNORE INTO temp.pack_account
       SELECT account_id FROM community_member WHERE run_id = ? AND community_id = ?`,
    )
    const pins = row.items.filter((i) => i.kind === 'community')
    const several = new Set(pins.map((i) => i.runId)).size > 1
    for (const item of row.items) {
      if (item.kind === 'community') members.run(item.runId, item.ref)
      else if (item.kind === 'account') add.run(item.ref)
      else {
        const account = db.prepare('SELECT account_id FROM report WHERE id = ?').pluck().get(item.ref)
        if (account !== undefined) add.run(account)
      }
    }
    const newest = newestRuns(db)
    const communitiesRun = pins.at(-1)?.runId ?? newest.communities ?? null
    const trustRuns = trustRunsOf(
      db,
      pins.map((i) => i.runId!),
    )
    const validation = newestValidation(db, newest.graph)
    const cited = citedRuns(db, [
      validation?.runId,
      ...pins.map((i) => i.runId),
      ...trustRuns.values(),
      communitiesRun,
      newest.scores ?? null,
      newest.report_classes ?? null,
      newest.series ?? null,
      layoutOf(db, communitiesRun),
      ...pins.map((i) => layoutOf(db, i.runId)),
    ])
    const scores = cited.find((r) => r.id === newest.scores)
    const threshold = scores ? (JSON.parse(scores.stats) as { threshold?: unknown }).threshold : undefined
    return {
      db,
      workspace: open.path,
      workspaceName: open.name,
      case: row,
      communities: pins.map((i) => ({
        runId: i.runId!,
        id: i.ref,
        label: several ? `${i.label} (run ${i.runId})` : i.label,
        size: i.size,
      })),
      accounts: db.prepare('SELECT count(*) FROM temp.pack_account').pluck().get() as number,
      communitiesRun,
      scoresRun: newest.scores ?? null,
      classesRun: newest.report_classes ?? null,
      seriesRun: newest.series ?? null,
      trustRuns,
      threshold: typeof threshold === 'number' ? threshold : null,
      validation,
      runs: cited,
      sources: sourceNames(db),
      simulated: getMeta(db, 'simulated') === '1',
      names: options.pseudonyms ? pseudonymNames(db) : plainNames,
      now: ctx.now(),
      actor: ctx.actor,
      appVersion: ctx.appVersion,
      close: () => db.close(),
    }
  } catch (error) {
    db.close()
    throw error
  }
}

function trustRunsOf(db: Database, communitiesRuns: readonly number[]): Map<number, number> {
  const newest = db
    .prepare(`SELECT max(id) FROM run WHERE kind = 'trust' AND status = 'done' AND parent_run_id = ?`)
    .pluck()
  const found = new Map<number, number>()
  for (const run of communitiesRuns) {
    const trust = newest.get(run) as number | null
    if (trust !== null) found.set(run, trust)
  }
  return found
}

/** The newest layout of a communities run. */
export function layoutOf(db: Database, communitiesRun: number | null): number | null {
  return db
    .prepare(`SELECT max(id) FROM run WHERE kind = 'layout' AND status = 'done' AND parent_run_id = ?`)
    .pluck()
    .get(communitiesRun) as number | null
}

/** The runs and everything they were made from, ascending. */
function citedRuns(db: Database, ids: (number | null | undefined)[]): RunRecord[] {
  const byId = db.prepare('SELECT * FROM run WHERE id = ?')
  const found = new Map<number, RunRecord>()
  const todo = [...ids]
  for (let id = todo.pop(); todo.length > 0 || id !== undefined; id = todo.pop()) {
    if (id === null || id === undefined || found.has(id)) continue
    const run = byId.get(id) as RunRecord | undefined
    if (!run) continue
    found.set(id, run)
    todo.push(run.parent_run_id)
  }
  return [...found.values()].sort((a, b) => a.id - b.id)
}

function sourceNames(db: Database): Map<number, SourceName> {
  const rows = db.prepare('SELECT id, path, entry, sha256 FROM source').all() as {
    id: number
    path: string
    entry: string | null
    sha256: string | null
  }[]
  return new Map(
    rows.map((r) => [
      r.id,
      { file: basename(r.path) + (r.entry ? `/${r.entry}` : ''), sha256: r.sha256 ?? '' },
    ]),
  )
}
