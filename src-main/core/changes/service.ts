import type { Database } from 'better-sqlite3'
import type { changeMethods, CommunityChanges, CommunityChange } from '../../common/contract/changes.ts'
import type { LineageKind } from '../../common/contract/communities.ts'
import { earlierOf, pairOf, readImports, type Import } from '../../common/facts/imports.ts'
import { lineagePage, lineageSummary } from '../communities/trust.ts'
import type { CallInfo, CallOptions, CoreContext, Handlers } from '../context.ts'
import { newestRuns } from '../workspace/queries.ts'
import { accountStanding, newestListing } from './standing.ts'

const refOf = ({ job, at, files, tables, lists }: Import) => ({ job, at, files, tables, lists })

/** Lineage pages are put together from all rows: there are as many as communities. */
const MOST_LINKS = 100_000
/** What a reader wants first; what stayed the same is asked for by name. */
const ORDER: readonly LineageKind[] = ['split', 'merged', 'grown', 'shrunk', 'born', 'gone', 'same']

/** The first look at an import works the comparison out: whoever asks sees how far it is, and may stop it. */
const watched = ({ signal, progress }: CallInfo): CallOptions => ({
  signal,
  ...(progress && { onProgress: (value) => progress(value) }),
})

export function changeHandlers(ctx: CoreContext): Handlers<typeof changeMethods> {
  return {
    'changes.imports': () => {
      const imports = readImports(ctx.open().db)
      return imports
        .toReversed()
        .map((one) => ({ ...refOf(one), earlier: earlierOf(imports, one)?.job ?? null }))
    },
    'changes.get': async (which, call) => {
      const { db, path } = ctx.open()
      const found = await ctx.ask.call('compute.changes', { workspace: path, ...which }, watched(call))
      return { ...found, communities: communityChanges(db, found.import.job) }
    },
    'changes.accounts': (input, { signal }) =>
      ctx.ask.call('compute.changedAccounts', { workspace: ctx.open().path, ...input }, { signal }),
    'changes.communities': async ({ kind, offset, limit, ...which }, { signal }) => {
      const { db, path } = ctx.open()
      const run = lineageRunOf(db, pairOf(readImports(db), which.job).later.job)
      if (run === null) return { total: 0, rows: [] }
      const { laterRunId } = lineageSummary(db, run)
      const { links } = lineagePage(db, run, { kind: kind as LineageKind, offset: 0, limit: MOST_LINKS })
      const shown = links
        .filter((link) => kind !== undefined || link.kind !== 'same')
        .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
      const counts = await ctx.ask.call(
        'compute.changedByCommunity',
        { workspace: path, ...which, communitiesRunId: laterRunId },
        { signal },
      )
      const rows = shown.slice(offset, offset + limit).map((link): CommunityChange => {
        const of = (column: Uint32Array) => (link.laterId === null ? 0 : (column[link.laterId] ?? 0))
        return { ...link, new: of(counts.new), changed: of(counts.changed), gone: of(counts.gone) }
      })
      return { total: shown.length, rows }
    },
    'changes.account': ({ id }) => accountStanding(ctx.open().db, id),
    'changes.community': async ({ id }, { signal }) => {
      const { db, path } = ctx.open()
      const pair = newestListing(readImports(db))
      const run = newestRuns(db).communities
      if (pair === null || run === undefined) return null
      const { job, at } = pair.later
      const counts = await ctx.ask.call(
        'compute.changedByCommunity',
        { workspace: path, job, communitiesRunId: run },
        { signal },
      )
      return {
        job,
        at,
        new: counts.new[id] ?? 0,
        changed: counts.changed[id] ?? 0,
        gone: counts.gone[id] ?? 0,
      }
    },
  }
}

/** When an import had ended, ms: runs before it know nothing of it. */
function endedAt(db: Database, job: number): number {
  return (
    (db
      .prepare(
        `SELECT coalesce((SELECT finished_at FROM job WHERE id = $job), max(imported_at)) FROM source WHERE job_id IS $job`,
      )
      .pluck()
      .get({ job: job === 0 ? null : job }) as number | null) ?? 0
  )
}

/** The newest lineage between communities that were found before an import and after it; null: there is none. */
function lineageRunOf(db: Database, job: number): number | null {
  const at = endedAt(db, job)
  const runs = db
    .prepare(
      `SELECT l.id, e.started_at AS before, r.started_at AS after FROM run l JOIN run r ON r.id = l.parent_run_id
       JOIN run e ON e.id = l.params ->> 'earlier' WHERE l.kind = 'lineage' AND l.status = 'done' ORDER BY l.id DESC`,
    )
    .all() as { id: number; before: number; after: number }[]
  return runs.find((run) => run.before < at && run.after >= at)?.id ?? null
}

function communityChanges(db: Database, job: number): CommunityChanges {
  const nothing = { runId: null, earlierAt: null, counts: null, shown: false }
  const run = lineageRunOf(db, job)
  if (run === null) {
    const { before, after } = db
      .prepare(
        `SELECT count(*) FILTER (WHERE started_at < $at) AS before, count(*) FILTER (WHERE started_at >= $at) AS after
         FROM run WHERE kind = 'communities' AND status = 'done'`,
      )
      .get({ at: endedAt(db, job) }) as { before: number; after: number }
    return { state: before === 0 ? 'before' : after === 0 ? 'after' : 'unlike', ...nothing }
  }
  const { earlierAt, counts, laterRunId } = lineageSummary(db, run)
  return { state: 'ready', runId: run, earlierAt, counts, shown: newestRuns(db).communities === laterRunId }
}
