/**
 * The layout of LFR-like graphs: time, memory, overlaps, edge lengths, and how far things move when data is added.
 *
 *   node tests/bench/graph/layout.ts [nodes ...]      default 20000 100000
 *
 * Communities are the planted ones, so that only the layout is measured; up to 200,000 nodes, movement is measured
 * with Leiden's communities of both graphs too, which change more than the data does. "step" is the whole layout
 * step on a workspace, database included. Up to 20,000 nodes graphology-layout-forceatlas2 lays out the same graph
 * flat in the same run (100 iterations, Barnes–Hut, its inferred settings).
 */
import graphology from 'graphology'
import forceAtlas2Module from 'graphology-layout-forceatlas2'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPace, freePace } from '../../../src-main/common/pace.ts'
import { leiden } from '../../../src-main/compute/communities/leiden.ts'
import { numberBySize } from '../../../src-main/compute/communities/partition.ts'
import type { ComputeContext } from '../../../src-main/compute/context.ts'
import type { AccountGraph, Csr } from '../../../src-main/compute/graph/types.ts'
import { membersOf } from '../../../src-main/compute/layout/community-graph.ts'
import { drawGraph, type Drawing } from '../../../src-main/compute/layout/draw.ts'
import { movedSince } from '../../../src-main/compute/layout/moved.ts'
import type { Points } from '../../../src-main/compute/layout/points.ts'
import { worstOverlap } from '../../../src-main/compute/layout/separate.ts'
import { runLayoutStep } from '../../../src-main/compute/layout/step.ts'
import { asPrevious } from '../../../src-main/compute/layout/testing.ts'
import { openStore } from '../../../src-main/compute/store/open.ts'
import { beginRun, finishRun } from '../../../src-main/compute/store/runs.ts'
import { createWorkspaceFolder, openDatabase } from '../../../src-main/core/db/open.ts'
import { readability } from './layout-measure.ts'
import { lfrLike } from './lfr.ts'

// A CommonJS module whose exports are the function itself, which its types call `default`.
const forceAtlas2 = forceAtlas2Module as unknown as typeof forceAtlas2Module.default
const PEER_ITERATIONS = 100
const MOST_FOR_PEER = 20_000
const MOST_FOR_LEIDEN = 200_000

/** Communities of two and more come first; `count` of them. */
interface Partition {
  membership: Uint32Array
  count: number
}

function partitionOf(labels: Uint32Array): Partition {
  const { membership, sizes } = numberBySize(labels)
  let count = 0
  while (count < sizes.length && sizes[count] > 1) count++
  return { membership, count }
}

/** The graph among the nodes with keep = 1; `index` is where each went, -1 for nowhere. */
function induced(csr: Csr, keep: Uint8Array): { csr: Csr; index: Int32Array } {
  const index = new Int32Array(csr.n).fill(-1)
  let n = 0
  for (let u = 0; u < csr.n; u++) if (keep[u] === 1) index[u] = n++
  const offsets = new Uint32Array(n + 1)
  const targets = new Uint32Array(csr.targets.length)
  const weights = new Float32Array(csr.targets.length)
  let at = 0
  for (let u = 0; u < csr.n; u++) {
    if (keep[u] === 0) continue
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
      if (keep[csr.targets[e]] === 0) continue
      targets[at] = index[csr.targets[e]]
      weights[at++] = csr.weights[e]
    }
    offsets[index[u] + 1] = at
  }
  return { csr: { n, offsets, targets: targets.slice(0, at), weights: weights.slice(0, at) }, index }
}

interface Timed<T> {
  result: T
  seconds: number
  /** Processor time of all threads: what other work on the machine does not change. */
  cpu: number
}

async function timed<T>(work: () => Promise<T>): Promise<Timed<T>> {
  const start = performance.now()
  const before = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(before)
  return { result, seconds: (performance.now() - start) / 1000, cpu: (user + system) / 1e6 }
}

const show = ({ seconds, cpu }: { seconds: number; cpu: number }) =>
  `${seconds.toFixed(2)} s (processor ${cpu.toFixed(2)} s)`

const draw = (csr: Csr, { membership, count }: Partition): Promise<Drawing> =>
  drawGraph(csr, membership, count, freePace())

function showQuality(csr: Csr, membership: Uint32Array, place: Points): string {
  const { edges, between, mixed } = readability(csr, membership, place)
  return `edge length ${edges.toFixed(3)} of random (between communities ${between.toFixed(3)}), ${(100 * mixed).toFixed(1)}% beside a stranger`
}

/** Every 11th node is taken away: with them, the data grows by 10%. */
async function stability(
  csr: Csr,
  of: (graph: Csr, index: Int32Array) => Promise<Partition>,
): Promise<string> {
  const keep = Uint8Array.from({ length: csr.n }, (_, u) => (u % 11 === 5 ? 0 : 1))
  const { csr: then, index } = induced(csr, keep)
  const everybody = Int32Array.from({ length: csr.n }, (_, u) => u)
  const before = await of(then, index)
  const after = await of(csr, everybody)
  const first = await draw(then, before)
  const previous = asPrevious(first, before.membership, before.count, index)
  const held = await timed(() =>
    drawGraph(csr, after.membership, after.count, freePace(), () => {}, previous),
  )
  const later = held.result
  const moved = movedSince(previous, membersOf(after.membership, after.count), later)
  const anew = movedSince(previous, membersOf(after.membership, after.count), await draw(csr, after))
  const percent = (share: number) => `${(100 * share).toFixed(2)}%`
  const line = (m: typeof moved) =>
    `communities ${percent(m.communityMedian)} of the width (${m.communityMedianInRadii.toFixed(2)} radii, most ${percent(m.communityMost)}), ` +
    `members ${percent(m.accountMedian)}; ${m.largestHeld} of ${m.largest} largest within their radius; ` +
    `all accounts ${percent(m.everybodyMedian)}, nine of ten under ${percent(m.everybodyMost90)}`
  return (
    `${then.n} -> ${csr.n} accounts, ${moved.communities} of ${before.count} communities go on, ${show(held)}, ` +
    `overlap ${worstOverlap(later.centre, later.radius) > 1 + 1e-9 ? 'YES' : 'none'}\n` +
    `    held:  ${line(moved)}\n    anew:  ${line(anew)}`
  )
}

/** The step on a workspace of its own: the second time it goes on from the first. */
async function wholeStep(
  csr: Csr,
  { membership, count }: Partition,
): Promise<[Timed<unknown>, Timed<unknown>]> {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-bench-'))
  try {
    const workspace = createWorkspaceFolder(join(folder, 'layout.shoal'))
    openDatabase(workspace).close()
    const db = openStore(workspace)
    db.pragma('foreign_keys = OFF') // there are no accounts behind the numbers
    const ctx: ComputeContext = {
      ...createPace(new AbortController().signal),
      workspace,
      db,
      modelsDir: '',
      appVersion: 'bench',
      jobId: null,
      now: () => Date.now(),
      log: () => {},
    }
    const run = { algorithm: 'lfr', algorithmVersion: '1', params: {}, inputs: {} }
    const graphRun = beginRun(ctx, { ...run, kind: 'graph' })
    finishRun(ctx, graphRun, { stats: {} })
    const communitiesRun = beginRun(ctx, { ...run, kind: 'communities', parentRunId: graphRun })
    const member = db.prepare('INSERT INTO community_member VALUES (?, ?, ?, 1)')
    db.transaction(() => {
      for (let u = 0; u < csr.n; u++)
        if (membership[u] < count) member.run(communitiesRun, u + 1, membership[u])
    })()
    finishRun(ctx, communitiesRun, { stats: {} })
    const graph: AccountGraph = {
      runId: graphRun,
      sha256: '',
      accountIds: Uint32Array.from({ length: csr.n }, (_, u) => u + 1),
      combined: csr,
      channelMask: new Uint16Array(0),
      channels: [],
    }
    const communities = { runId: communitiesRun, membership, count, quality: 0 }
    const fresh = await timed(() => runLayoutStep(ctx, graph, communities as never))
    const again = await timed(() => runLayoutStep(ctx, graph, communities as never))
    db.close()
    return [fresh, again]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The peer: ForceAtlas2 of all accounts at once, from a random start. */
async function flat(csr: Csr): Promise<Timed<Points>> {
  const graph = new graphology.UndirectedGraph()
  for (let u = 0; u < csr.n; u++)
    graph.addNode(u, { x: Math.sin(u * 12.9898) * 1000, y: Math.sin(u * 78.233) * 1000 })
  for (let u = 0; u < csr.n; u++)
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++)
      if (csr.targets[e] > u) graph.addEdge(u, csr.targets[e])
  const settings = { ...forceAtlas2.inferSettings(graph), barnesHutOptimize: true }
  return timed(async () => {
    const places = forceAtlas2(graph, { iterations: PEER_ITERATIONS, settings })
    const at = (axis: 'x' | 'y') => Float64Array.from({ length: csr.n }, (_, u) => places[u][axis])
    return { x: at('x'), y: at('y') }
  })
}

const sizes = process.argv.slice(2).map(Number)
const peak = () => `${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB peak`
for (const n of sizes.length > 0 ? sizes : [20_000, 100_000]) {
  const { csr, truth, realisedMu } = lfrLike(n, 0.4, 7)
  const planted = partitionOf(truth)
  console.log(
    `LFR-like, ${n} nodes, ${csr.targets.length / 2} edges, realised mu ${realisedMu.toFixed(3)}, ${planted.count} communities; ${peak()}`,
  )
  const ours = await timed(() => draw(csr, planted))
  const drawing = ours.result
  console.log(
    `  shoal        ${show(ours)}, ${drawing.groups.length} groups, overlap ${worstOverlap(drawing.centre, drawing.radius) > 1 + 1e-9 ? 'YES' : 'none'}; ${peak()}`,
  )
  console.log(`               ${showQuality(csr, planted.membership, drawing.place)}`)
  const [fresh, again] = await wholeStep(csr, planted)
  console.log(`  step         ${show(fresh)} anew, ${show(again)} going on; ${peak()}`)
  if (n <= MOST_FOR_PEER) {
    const peer = await flat(csr)
    console.log(`  graphology   ${show(peer)}, ${PEER_ITERATIONS} iterations, flat`)
    console.log(`               ${showQuality(csr, planted.membership, peer.result)}`)
    console.log(`  ratio shoal/graphology: processor time ${(ours.cpu / peer.cpu).toFixed(3)}`)
  }
  console.log(
    `  + 10% data   ${await stability(csr, async (graph, index) => {
      const label = new Uint32Array(graph.n)
      for (let u = 0; u < truth.length; u++) if (index[u] >= 0) label[index[u]] = truth[u]
      return partitionOf(label)
    })}`,
  )
  if (n <= MOST_FOR_LEIDEN) {
    console.log(
      `  ... Leiden   ${await stability(csr, async (graph) => partitionOf((await leiden(graph, { resolution: 20 }, freePace())).membership))}`,
    )
  }
}
