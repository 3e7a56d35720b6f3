import type { DetectResult } from '../../common/contract/detectors.ts'
import { isCancelled } from '../../common/errors.ts'
import type { Pace } from '../../common/pace.ts'
import { describeCommunities, dropCommunities, storeCommunities } from '../communities/store.ts'
import type { ComputeContext } from '../context.ts'
import type { AccountGraph } from '../graph/types.ts'
import { abandonRun, beginRun, factsHash, finishRun } from '../store/runs.ts'
import { measureStability } from '../trust/stability.ts'
import { outsidersAlone } from './groups.ts'
import { detectorById } from './index.ts'
import { parseParams } from './params.ts'
import { measureQuality } from './quality.ts'
import type { Detection, Detector, DetectorInput } from './types.ts'

export interface DetectRequest {
  detector: string
  /** Missing ones get their defaults. */
  params?: Record<string, unknown>
  seed?: number
  /** Also measure stability: several more runs. */
  stability?: boolean
}

/** How much is varied for a detection's stability. */
export const STABILITY = { seeds: 3, bootstraps: 5, dropped: 0.1 } as const

/**
 * Runs a detector on a graph and stores what it finds as a run of kind 'communities' (algorithm: the detector's id),
 * with the rows that runCommunitiesStep stores and those of community_overlap where accounts are in several.
 * The run's stats hold the measures of quality.ts, the detector's own and the mean stability.
 * `membership` has numbers from `count` on for accounts in no community, as runCommunitiesStep.
 * Throws invalid_input for an unknown detector or parameter, and what the detector misses as nothing_to_analyze.
 */
export async function runDetectStep(
  ctx: ComputeContext,
  graph: AccountGraph,
  request: DetectRequest,
): Promise<DetectResult & { membership: Uint32Array; count: number }> {
  const detector = detectorById(request.detector)
  const params = parseParams(detector, request.params ?? {})
  const seed = request.seed ?? 1
  const tables = [
    ...(detector.needs.includes('sharing') ? ['links'] : []),
    ...(detector.needs.length > 0 ? ['events'] : []),
    ...(detector.needs.includes('labels') ? ['labels'] : []),
  ]
  const runId = beginRun(ctx, {
    kind: 'communities',
    algorithm: detector.id,
    algorithmVersion: detector.version,
    params,
    seed,
    inputs: { graph: graph.sha256, ...(tables.length > 0 && { facts: factsHash(ctx, tables) }) },
    parentRunId: graph.runId,
  })
  try {
    const input: DetectorInput = { graph, db: ctx.db, droppedFacts: 0 }
    // Most of the gain is in the first passes; the bar follows them without knowing how many there will be.
    const findEnd = request.stability ? 40 : 85
    const started = performance.now()
    const found = await detector.run(input, params, seed, within(ctx, 'detect.find', 0, findEnd))
    const seconds = (performance.now() - started) / 1000

    const overlaps = found.overlaps ?? null
    const table = describeCommunities(graph.combined, found.membership, found.count)
    await ctx.checkpoint()
    const quality = measureQuality(
      graph.combined,
      found.membership,
      table,
      detector.overlapping ? (overlaps ?? NO_OVERLAPS) : null,
    )
    await ctx.checkpoint()
    const stability = request.stability
      ? await stabilityOf(detector, input, found, params, seed, within(ctx, 'detect.stability', findEnd, 85))
      : null
    await storeCommunities(
      ctx,
      runId,
      graph,
      found.membership,
      table,
      (share) => ctx.progress({ phase: 'detect.write', done: 85 + 15 * share, total: 100, unit: 'steps' }),
      overlaps,
      found.hierarchy,
    )
    const used = { ...params, ...found.used }
    if (found.used !== undefined)
      ctx.db.prepare('UPDATE run SET params = ? WHERE id = ?').run(JSON.stringify(used), runId)
    finishRun(ctx, runId, { stats: { ...found.stats, ...quality, stability, seconds } })
    return {
      runId,
      graphRunId: graph.runId,
      detector: detector.id,
      params: used,
      seed,
      communities: found.count,
      members: quality.members,
      modularity: quality.modularity,
      allConnected: quality.allConnected,
      stability,
      seconds,
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
      membership: outsidersAlone(found.membership, found.count),
      count: found.count,
    }
  } catch (error) {
    dropCommunities(ctx, runId)
    abandonRun(ctx, runId, isCancelled(error) ? 'cancelled' : 'failed')
    throw error
  }
}

const NO_OVERLAPS = {
  node: new Uint32Array(0),
  community: new Uint32Array(0),
  belonging: new Float32Array(0),
}

/** Mean stability weighted by size, 0..1; null without communities. */
async function stabilityOf(
  detector: Detector,
  input: DetectorInput,
  found: Detection,
  params: Record<string, unknown>,
  seed: number,
  pace: Pace,
): Promise<number | null> {
  if (found.count === 0) return null
  // What was automatic stays as it was found: otherwise thinning would change the question, too.
  const fixed = { ...params, ...found.used }
  const quiet: Pace = { ...pace, progress: () => {} }
  const facts = detector.resample === 'facts'
  const { mean } = await measureStability(
    input.graph,
    found.membership,
    found.count,
    async (csr, anew) => {
      const varied = {
        ...input,
        graph: { ...input.graph, combined: facts ? input.graph.combined : csr },
        droppedFacts: facts ? STABILITY.dropped : 0,
        repetition: true,
      }
      const { membership, count } = await detector.run(varied, fixed, anew, quiet)
      return outsidersAlone(membership, count)
    },
    { ...STABILITY, seeds: detector.seeded ? STABILITY.seeds : 0, seed },
    pace,
  )
  return mean
}

/** A part of the work, shown as its share of the whole under one phase. */
function within(ctx: Pace, phase: string, from: number, to: number): Pace {
  return {
    signal: ctx.signal,
    checkpoint: () => ctx.checkpoint(),
    progress: ({ done, total }) =>
      ctx.progress({
        phase,
        done: total ? from + ((to - from) * Math.min(done, total)) / total : from,
        total: 100,
        unit: 'steps',
      }),
  }
}
