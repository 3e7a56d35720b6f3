import { statSync } from 'node:fs'
import { computeExploreMethods, type ExploreRuns } from '../../common/contract/compute-explore.ts'
import type { Mask, Places } from '../../common/contract/explore.ts'
import type { OutputOf, ParsedInputOf } from '../../common/contract/method.ts'
import { ShoalError } from '../../common/errors.ts'
import type { ServerCall } from '../../common/rpc/server.ts'
import { searchAccounts, searchAll, searchCounts } from '../search/find.ts'
import { NO_ROW, row } from './accounts.ts'
import { bytesOfSet, count, forEachRow, fullSet, has } from './bitset.ts'
import { byCommunity, chosenOf, membersOf } from './chosen.ts'
import { channelBytes, channels, infoOf } from './channels.ts'
import { groupsOf } from './groups.ts'
import { histogram } from './histogram.ts'
import { insidePolygon } from './lasso.ts'
import { reportMarks } from './marks.ts'
import { pageOf } from './page.ts'
import { maskOf } from './parts.ts'
import { ExploreState, type Snapshot } from './state.ts'
import { singleEvents, timelineCounts } from './timeline.ts'

type Methods = typeof computeExploreMethods
type ExploreHandlers = {
  [K in keyof Methods]: (input: ParsedInputOf<Methods[K]>, call: ServerCall) => Promise<OutputOf<Methods[K]>>
}

/** The workspace whose columns are held: one at a time, like the application. */
let held: ExploreState | null = null

function stateOf(workspace: string): ExploreState {
  if (held?.workspace === workspace) return held
  if (!statSync(workspace, { throwIfNoEntry: false })?.isDirectory())
    throw new ShoalError('not_found', `There is no workspace folder ${workspace}.`)
  held?.close()
  held = null
  return (held = new ExploreState(workspace))
}

/** The answer, or cancelled as soon as nobody wants it; what it was loading goes on for others. */
function unlessCancelled<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(new ShoalError('cancelled', 'Cancelled.'))
  return new Promise((resolve, reject) => {
    const stop = () => reject(new ShoalError('cancelled', 'Cancelled.'))
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

export async function places(at: Snapshot): Promise<Places> {
  const layoutRunId = at.runIds.layout
  if (layoutRunId === undefined)
    throw new ShoalError('run_missing', 'There is no layout yet. Run the analysis first.')
  const { n, accountId } = await at.facts.accounts()
  const { X, Y, frame, community } = await at.runs.columns()
  return { version: at.runs.key, layoutRunId, n, accountId, X, Y, ...frame, community }
}

export async function mask(
  at: Snapshot,
  selection: Parameters<typeof maskOf>[1],
  except: readonly string[],
): Promise<Mask> {
  const { n } = await at.facts.accounts()
  const chosen = await chosenOf(at, selection, except)
  const { communities } = await byCommunity(at, chosen)
  return {
    version: at.runs.key,
    bits: chosen.bits === null ? new Uint8Array(0) : bytesOfSet(chosen.bits, n),
    accounts: chosen.count,
    communities,
    total: n,
  }
}

export function exploreHandlers(): ExploreHandlers {
  const on = <I extends { workspace: string; runs: ExploreRuns }, T>(
    work: (at: Snapshot, input: I) => Promise<T>,
  ) => {
    return async (input: I, call: ServerCall): Promise<T> =>
      unlessCancelled(work(stateOf(input.workspace).snapshot(input.runs), input), call.signal)
  }
  return {
    'compute.explore.warm': on(async (at, { events }) => {
      const { n } = await at.facts.accounts()
      await at.runs.columns()
      if (!events) return { accounts: n, events: 0 }
      // What the first selection and the first key ask for; made here where an older workspace lacks it.
      await at.facts.cells.get()
      await membersOf(at)
      await pageOf(at, {}, { sort: 'score', descending: true, offset: 0, limit: 1 })
      const { n: all } = await at.facts.events()
      await at.facts.attributes()
      await at.facts.texts.get()
      await at.facts.useOffsets()
      return { accounts: n, events: all }
    }),
    'compute.explore.state': on(async (at) => ({
      version: at.runs.key,
      residentBytes: process.memoryUsage().rss,
    })),
    'compute.explore.channels': on(channels),
    'compute.explore.places': on(places),
    'compute.explore.channel': on(async (at, { channel }) => ({
      ...(await channelBytes(channel, at)),
      info: await infoOf(channel, at),
      version: at.runs.key,
    })),
    'compute.explore.mask': on((at, { selection, except }) => mask(at, selection, except)),
    'compute.explore.histogram': on((at, { channel, selection, bins }) =>
      histogram(channel, selection, bins, at),
    ),
    'compute.explore.events': on((at, { selection, span, limit }) =>
      singleEvents(at, selection, span, limit),
    ),
    'compute.explore.timeline': on((at, { selection, bins, lanes }) =>
      timelineCounts(at, selection, bins, lanes),
    ),
    'compute.explore.page': on(async (at, { selection, ...page }) => {
      const found = await pageOf(at, selection, page)
      const accounts = await at.facts.accounts()
      const cells = await at.facts.cells.ready()
      const eventsOf = (id: number) => {
        const r = row(accounts, id)
        return cells!.offsets[r + 1] - cells!.offsets[r]
      }
      return { ...found, events: cells && found.ids.map(eventsOf) }
    }),
    'compute.explore.among': on(async (at, { selection, ids }) => {
      const accounts = await at.facts.accounts()
      const bits = await maskOf(at, selection)
      return {
        selected: Uint8Array.from(ids, (id) => {
          const r = row(accounts, id)
          return r !== NO_ROW && (bits === null || has(bits, r)) ? 1 : 0
        }),
      }
    }),
    'compute.explore.communities': on((at, { threshold }) => at.runs.sums(threshold)),
    'compute.explore.regions': on((at) => at.runs.regions()),
    'compute.explore.trust': on((at, runs) => at.runs.trust(runs)),
    'compute.explore.between': on((at) => at.runs.heaviest()),
    'compute.explore.community': on(async (at, { id }) => {
      const { offsets, other, weight } = await at.runs.neighbours()
      const [from, to] = id + 1 < offsets.length ? [offsets[id], offsets[id + 1]] : [0, 0]
      const groups = groupsOf(await at.runs.groups(), id)
      return { other: other.slice(from, to), weight: weight.slice(from, to), groups }
    }),
    'compute.explore.byCommunity': on(async (at, { selection, except }) => {
      const { selected, communities } = await byCommunity(at, await chosenOf(at, selection, except))
      const id = new Uint32Array(communities)
      let k = 0
      for (let c = 0; c < selected.length; c++) if (selected[c] > 0) id[k++] = c
      return { id, accounts: Uint32Array.from(id, (one) => selected[one]) }
    }),
    'compute.explore.reports': on((at, { selection, span, limit }) =>
      reportMarks(at, selection, span, limit),
    ),
    'compute.explore.search': on((at, { query, limit }) => searchAll(at, query, limit)),
    'compute.explore.searchCount': on((at, { query }) => searchCounts(at, query)),
    'compute.explore.searchAccounts': on(async (at, { query }) => searchAccounts(at.db, query)),
    'compute.explore.ids': on(async (at, { selection, polygon }) => {
      const { n, accountId } = await at.facts.accounts()
      const bits = (await maskOf(at, selection)) ?? fullSet(n)
      const inside = polygon === null ? bits : insidePolygon(await at.runs.columns(), polygon, bits)
      const ids = new Uint32Array(count(inside))
      let k = 0
      forEachRow(inside, (r) => (ids[k++] = accountId[r]))
      return { ids }
    }),
  }
}
