import type { Database } from 'better-sqlite3'
import { setTimeout } from 'node:timers/promises'
import type { ComputeContract } from '../../common/contract/compute.ts'
import type { ExploreRuns } from '../../common/contract/compute-explore.ts'
import type { exploreMethods } from '../../common/contract/explore.ts'
import type { InputOf, OutputOf } from '../../common/contract/method.ts'
import type { setMethods, SetOrigin } from '../../common/contract/sets.ts'
import { ShoalError } from '../../common/errors.ts'
import { runAsk } from '../ask/service.ts'
import type { CoreContext, Handlers } from '../context.ts'
import { graphReader } from '../graph/reader.ts'
import { newestRuns } from '../workspace/queries.ts'
import { getSets, storeSet } from './sets.ts'

type ExploreCall = Extract<keyof ComputeContract, `compute.explore.${string}`>
type Rest<N extends ExploreCall> = Omit<InputOf<ComputeContract[N]>, 'workspace' | 'runs'>

interface Shown {
  /** Changes of other connections and of this one since the runs were looked at. */
  version: string
  runs: ExploreRuns
}
const shown = new WeakMap<Database, Shown>()

/** The runs that are shown, looked up again when anything was written: a change of the selection asks ten times. */
function shownRuns(db: Database): ExploreRuns {
  const version = `${db.pragma('data_version', { simple: true })} ${db.prepare('SELECT total_changes()').pluck().get()}`
  const kept = shown.get(db)
  if (kept?.version === version) return kept.runs
  const { layout, communities, graph, scores, series, trust, report_classes } = newestRuns(db)
  const runs: ExploreRuns = { layout, communities, graph, scores, series, trust, report_classes }
  shown.set(db, { version, runs })
  return runs
}

/** What windows ask of a workspace: how many answers are awaited, and when the last one came. */
interface Asking {
  open: number
  last: number | null
}
const asking = new WeakMap<Database, Asking>()

/** Asks the engine about the open workspace and what is shown of it. */
export async function askExplorer<N extends ExploreCall>(
  ctx: CoreContext,
  name: N,
  input: Rest<N>,
  signal?: AbortSignal,
): Promise<OutputOf<ComputeContract[N]>> {
  const { db, path } = ctx.open()
  const runs = shownRuns(db)
  const mine = asking.get(db) ?? { open: 0, last: null }
  asking.set(db, mine)
  if (name !== 'compute.explore.warm') mine.open++
  try {
    return (await ctx.ask.call(
      name,
      { workspace: path, runs, ...input } as never,
      signal ? { signal } : {},
    )) as never
  } finally {
    if (name !== 'compute.explore.warm') {
      mine.open--
      mine.last = ctx.now()
    }
  }
}

const LOOK_MS = 500

/**
 * Has the engine read what the first click needs, once the first map is there and nobody has asked anything for `quietMs`:
 * before that it would take the processor from the map.
 */
export async function warmWhenQuiet(
  ctx: CoreContext,
  quietMs: number,
  signal: AbortSignal,
  wait: (ms: number) => Promise<unknown> = (ms) => setTimeout(ms, null, { signal }),
): Promise<void> {
  const { db } = ctx.open()
  await askExplorer(ctx, 'compute.explore.warm', { events: false }, signal)
  for (;;) {
    await wait(LOOK_MS)
    const now = asking.get(db)
    if (now && now.open === 0 && now.last !== null && ctx.now() - now.last >= quietMs) break
  }
  await askExplorer(ctx, 'compute.explore.warm', {}, signal)
}

export function exploreHandlers(ctx: CoreContext): Handlers<typeof exploreMethods & typeof setMethods> {
  return {
    'explore.channels': (_, { signal }) => askExplorer(ctx, 'compute.explore.channels', {}, signal),
    'explore.places': (_, { signal }) => askExplorer(ctx, 'compute.explore.places', {}, signal),
    'explore.channel': ({ channel }, { signal }) =>
      askExplorer(ctx, 'compute.explore.channel', { channel }, signal),
    'explore.mask': ({ selection }, { signal }) =>
      askExplorer(ctx, 'compute.explore.mask', { selection }, signal),
    'explore.histogram': (input, { signal }) => askExplorer(ctx, 'compute.explore.histogram', input, signal),
    'explore.events': (input, { signal }) => askExplorer(ctx, 'compute.explore.events', input, signal),
    'sets.create': async (origin, { signal }) => {
      const ids = await membersOf(ctx, origin, signal)
      return storeSet(ctx.open().db, ids, { origin, at: ctx.now(), by: ctx.actor })
    },
    'sets.get': ({ ids }) => getSets(ctx.open().db, ids),
  }
}

async function membersOf(
  ctx: CoreContext,
  origin: SetOrigin,
  signal: AbortSignal,
): Promise<Iterable<number>> {
  switch (origin.kind) {
    case 'lasso': {
      const { selection, polygon, layoutRunId } = origin
      if (newestRuns(ctx.open().db).layout !== layoutRunId)
        throw new ShoalError('run_missing', 'The map has changed since this was drawn. Draw it again.')
      return (await askExplorer(ctx, 'compute.explore.ids', { selection, polygon }, signal)).ids
    }
    case 'selection':
      return (await askExplorer(ctx, 'compute.explore.ids', { selection: origin.selection }, signal)).ids
    case 'picked':
      return known(ctx, origin.accounts)
    case 'changes':
      return (
        await ctx.ask.call(
          'compute.changedIds',
          { workspace: ctx.open().path, ...origin.changes },
          { signal },
        )
      ).ids
    case 'expansion':
      return neighboursOf(ctx, origin)
    case 'ask':
      return (await runAsk(ctx, origin.ask, 0, signal)).accounts
  }
}

/** Those of the ids that are accounts of this workspace. */
function known(ctx: CoreContext, ids: readonly number[]): number[] {
  return ctx
    .open()
    .db.prepare('SELECT a.id FROM json_each(?) i JOIN ready_account a ON a.id = i.value')
    .pluck()
    .all(JSON.stringify(ids)) as number[]
}

/** Accounts next to the given ones over any of the channels (none named: over any), without the given ones. */
async function neighboursOf(
  ctx: CoreContext,
  origin: SetOrigin & { kind: 'expansion' },
): Promise<Set<number>> {
  const { db, path } = ctx.open()
  const graph = await graphReader(db, path)
  if (graph.runId !== origin.graphRunId)
    throw new ShoalError('run_missing', 'Another graph is shown now. Expand again.')
  const wanted = origin.channels.reduce((mask, channel) => {
    const k = graph.channels.indexOf(channel)
    return k < 0 ? mask : mask | (1 << k)
  }, 0)
  const from = new Set(origin.from)
  const found = new Set<number>()
  for (const id of from) {
    const node = graph.nodeOf(id)
    if (node < 0) continue
    const row = await graph.row(node)
    for (let k = 0; k < row.accountId.length; k++) {
      if (origin.channels.length > 0 && (row.channels[k]! & wanted) === 0) continue
      if (!from.has(row.accountId[k]!)) found.add(row.accountId[k]!)
    }
  }
  return found
}
