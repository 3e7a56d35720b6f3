import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { testWorkspace } from '../../graph/test-workspace.ts'
import type { TestWorkspace } from '../../graph/test-workspace.ts'
import type { AccountGraph } from '../../graph/types.ts'
import { csrOf } from '../facts/test-graph.ts'
import { openFeatures } from '../features/source.ts'
import { RowReader } from '../scorers/score-table.ts'
import type { FeatureColumn } from '../types.ts'
import { changedWeights, openEgo } from './ego.ts'
import type { Ego } from './ego.ts'
import type { Scored } from './kept.ts'
import { Recomputer } from './recompute.ts'

const N = 9
const w: TestWorkspace = testWorkspace()
afterAll(() => w.close())
w.accounts(...Array.from({ length: N }, (_, k) => `a${k}`))
for (let k = 0; k < N; k++) {
  const attributes: Record<string, string> = { x: String((k * 7) % 5), platform: k % 3 === 0 ? 'ios' : 'web' }
  if (k % 4 !== 1) attributes['gappy'] = String(k * k)
  if (k === 5) delete attributes['platform']
  w.profile(k + 1, attributes)
}

type Edge = readonly [number, number, number]
let made = 0
const graphOf = (friend: readonly Edge[], device: readonly Edge[]): AccountGraph => {
  const sum = new Map<string, [number, number, number]>()
  for (const [a, b, weight] of [...friend, ...device]) {
    const had = sum.get(`${a} ${b}`)
    if (had === undefined) sum.set(`${a} ${b}`, [a, b, weight])
    else had[2] += weight
  }
  const combined = csrOf(N, [...sum.values()])
  return {
    runId: 1,
    sha256: `graph ${++made}`,
    accountIds: Uint32Array.from({ length: N }, (_, u) => u + 1),
    combined,
    channelMask: new Uint16Array(combined.targets.length),
    channels: [
      { id: 'relation:friend', csr: csrOf(N, friend) },
      { id: 'entity:device', csr: csrOf(N, device) },
    ],
  }
}

/** Everything of a graph, as a question about it would have it: with label columns. */
async function scoredOf(
  graph: AccountGraph,
  labelled: { nodes: Uint32Array; y: Uint8Array },
  like?: readonly FeatureColumn[],
): Promise<Scored> {
  const source = await openFeatures(w.ctx, graph, {
    operators: ['mean', 'spread', 'max', 'power', 'residual'],
    ...(like && { like: { columns: like, graph: 'another' } }),
  })
  const block = await source.labelColumns(labelled, { seed: 1 }, w.ctx)
  const columns = like ?? [...source.table.columns, ...block.columns]
  return {
    runId: 1,
    source,
    labels: { ...labelled, at: new Float64Array(0), by: [] },
    seed: 1,
    block,
    reader: new RowReader(
      source,
      block,
      columns.map((column) => column.name),
    ),
    columns,
    memo: new Map(),
  } as unknown as Scored
}

const edges = fc
  .array(fc.tuple(fc.nat(N - 1), fc.nat(N - 1), fc.integer({ min: 1, max: 4 })), { maxLength: 16 })
  .map((tuples) => {
    const seen = new Map<string, Edge>()
    for (const [a, b, weight] of tuples)
      if (a !== b) seen.set(`${Math.min(a, b)} ${Math.max(a, b)}`, [Math.min(a, b), Math.max(a, b), weight])
    return [...seen.values()]
  })
/** Each node but the first hangs on an earlier one: no triangles. */
const forests = fc
  .tuple(...Array.from({ length: N - 1 }, (_, k) => fc.tuple(fc.nat(k), fc.integer({ min: 1, max: 4 }))))
  .map((parents) => parents.map(([parent, weight], k): Edge => [parent, k + 1, weight]))
const labels = fc
  .array(fc.constantFrom(-1, 0, 1), { minLength: N, maxLength: N })
  .filter((y) => y.some((one) => one >= 0))
  .map((y) => {
    const nodes = Uint32Array.from(y.keys()).filter((u) => y[u] >= 0)
    return { nodes, y: Uint8Array.from(nodes, (u) => y[u]) }
  })

/** The ego's ties with a share kept of each, by channel; 0 and 1 among them. */
const cuts = fc.array(fc.tuple(fc.constantFrom(0, 0, 0.5, 1, 1), fc.constantFrom(0, 0.25, 1)), {
  minLength: N,
  maxLength: N,
})

function cutEdges(list: readonly Edge[], node: number, keep: (other: number) => number): Edge[] {
  return list
    .map(([a, b, weight]): Edge => {
      if (a !== node && b !== node) return [a, b, weight]
      return [a, b, weight * keep(a === node ? b : a)]
    })
    .filter(([, , weight]) => weight > 0)
}

async function compare(
  friend: readonly Edge[],
  device: readonly Edge[],
  labelled: { nodes: Uint32Array; y: Uint8Array },
  node: number,
  keep: readonly (readonly [number, number])[],
  wanted: (kind: string, column: FeatureColumn) => boolean,
): Promise<number> {
  const scored = await scoredOf(graphOf(friend, device), labelled)
  const ego: Ego = await openEgo(scored, node, w.ctx)
  const kept = [0, 1].map((c) => Float64Array.from(ego.neighbours, (v) => keep[v][c]))
  const row = new Recomputer(ego).row(changedWeights(ego, kept))
  const changed = await scoredOf(
    graphOf(
      cutEdges(friend, node, (v) => keep[v][0]),
      cutEdges(device, node, (v) => keep[v][1]),
    ),
    labelled,
    scored.columns,
  )
  const expected = new Float32Array(scored.columns.length)
  await changed.reader.read(Uint32Array.of(node), expected)
  let compared = 0
  for (const [k, column] of scored.columns.entries()) {
    const local = ego.around.plan.columns[k]
    const kind = local.kind === 'derived' ? local.operator : local.kind
    if (!wanted(kind, column)) continue
    // Where all weights are alike by now, the changed graph has no strengths to compare with.
    if (column.base === 'strength' && Number.isNaN(expected[k])) continue
    if (local.kind === 'isolated') {
      const { offsets } = changed.source.graph.combined
      if (offsets[node + 1] > offsets[node]) continue
    }
    compared++
    const told = `${column.name}: ${row[k]} is not ${expected[k]}`
    if (Number.isNaN(expected[k])) expect(row[k], told).toBeNaN()
    else expect(Math.abs(row[k] - expected[k]) / (1 + Math.abs(expected[k])), told).toBeLessThan(2e-3)
  }
  await scored.source.close()
  await changed.source.close()
  return compared
}

const EXACT = new Set(['structure', 'mean', 'spread', 'max', 'residual', 'power2', 'rate', 'isolated'])

/** The neighbours' own clustering, and whose degrees they see in turn, are held. */
const exact = (kind: string, { base }: FeatureColumn): boolean =>
  EXACT.has(kind) &&
  !(base === 'clustering' && kind !== 'structure') &&
  !(base === 'degree' && kind === 'power2')

describe('Recomputer', () => {
  it('gives what the whole computation gives on the changed graph', async () => {
    let compared = 0
    await fc.assert(
      fc.asyncProperty(
        edges,
        edges,
        labels,
        fc.nat(N - 1),
        cuts,
        async (friend, device, labelled, node, keep) => {
          // A channel or a whole graph without edges has no columns to compare with.
          const others = (list: readonly Edge[]) => list.some(([a, b]) => a !== node && b !== node)
          fc.pre(others(friend) && others(device))
          compared += await compare(friend, device, labelled, node, keep, exact)
        },
      ),
      { numRuns: 60, seed: 4 },
    )
    expect(compared).toBeGreaterThan(2000)
  })

  it('is right about power3 as well where no two neighbours know each other', () =>
    fc.assert(
      fc.asyncProperty(forests, labels, fc.nat(N - 1), cuts, async (forest, labelled, node, keep) => {
        const apart: Edge[] = [[0, 1, 1]]
        const rest: Edge[] = forest.filter(([a, b]) => a !== node && b !== node)
        fc.pre(rest.length > 0 && node > 1)
        const both = keep.map(([share]): [number, number] => [share, 1])
        const found = await compare(
          forest,
          apart,
          labelled,
          node,
          both,
          (kind, { relation }) => kind === 'power3' && relation === 'all',
        )
        expect(found).toBeGreaterThan(0)
      }),
      { numRuns: 30, seed: 4 },
    ))
})
