import type { Pace } from '../../../common/pace.ts'
import { Random } from '../../communities/random.ts'
import { capWeights, combineCsr, findEntry, sortSymmetricRows } from '../../graph/csr.ts'
import type { AccountGraph, Csr } from '../../graph/types.ts'
import { auprc, auroc } from '../evaluate/metrics.ts'
import type { FeatureColumn } from '../types.ts'

/** Shares of edges or features that are changed, as the report shows them. */
export const SHARES = [0, 0.25, 0.5, 1] as const

const TRIES = 20
const CHUNK = 1 << 14

/**
 * The graph in which a share of the marked nodes' edges lead elsewhere and every node keeps its number of neighbours
 * (double edge swaps: u–v and x–y become u–y and x–v, with u marked and x–y any other edge; each edge keeps its weight
 * with the end that keeps it). Adding edges would not be fair: the degree would betray them. Edges for which no swap
 * was found in 20 tries stay. Deterministic for the seed.
 */
export async function rewireMarked(
  csr: Csr,
  marked: Uint8Array,
  share: number,
  seed: number,
  pace: Pace,
): Promise<{ csr: Csr; moved: number }> {
  const m = csr.targets.length / 2
  const tail = new Uint32Array(m)
  const head = new Uint32Array(m)
  const weight = new Float32Array(m)
  const chosen: number[] = []
  const random = new Random(seed)
  for (let u = 0, at = 0; u < csr.n; u++) {
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
      const v = csr.targets[e]
      if (v <= u) continue
      // The marked end stays; where both are, either may.
      const turn = marked[v] === 1 && (marked[u] === 0 || (random.u32() & 1) === 1)
      tail[at] = turn ? v : u
      head[at] = turn ? u : v
      weight[at] = csr.weights[e]
      if (marked[tail[at]] === 1 && random.next() < share) chosen.push(at)
      at++
    }
    if ((u & 4095) === 0) await pace.checkpoint()
  }
  const key = (u: number, v: number): number => (u < v ? u * csr.n + v : v * csr.n + u)
  const added = new Set<number>()
  const removed = new Set<number>()
  const joined = (u: number, v: number): boolean =>
    added.has(key(u, v)) || (findEntry(csr, u, v) >= 0 && !removed.has(key(u, v)))
  const drop = (u: number, v: number): void => {
    if (!added.delete(key(u, v))) removed.add(key(u, v))
  }
  const put = (u: number, v: number): void => {
    if (!removed.delete(key(u, v))) added.add(key(u, v))
  }
  let moved = 0
  for (const [done, i] of chosen.entries()) {
    if (done % 1024 === 0) await pace.checkpoint()
    for (let t = 0; t < TRIES; t++) {
      const j = random.int(m)
      // Either end of the other edge may be taken over.
      if ((random.u32() & 1) === 1 && marked[tail[j]] === 0) {
        const end = tail[j]
        tail[j] = head[j]
        head[j] = end
      }
      const [u, v, x, y] = [tail[i], head[i], tail[j], head[j]]
      if (i === j || u === y || x === v || joined(u, y) || joined(x, v)) continue
      if (key(u, y) === key(x, v)) continue
      drop(u, v)
      drop(x, y)
      put(u, y)
      put(x, v)
      head[i] = y
      head[j] = v
      moved++
      break
    }
  }
  const offsets = new Uint32Array(csr.n + 1)
  for (let i = 0; i < m; i++) {
    offsets[tail[i] + 1]++
    offsets[head[i] + 1]++
  }
  for (let u = 0; u < csr.n; u++) offsets[u + 1] += offsets[u]
  const cursor = offsets.slice(0, csr.n)
  const targets = new Uint32Array(offsets[csr.n])
  const weights = new Float32Array(offsets[csr.n])
  for (let i = 0; i < m; i++) {
    if (i % CHUNK === 0) await pace.checkpoint()
    targets[cursor[tail[i]]] = head[i]
    weights[cursor[tail[i]]++] = weight[i]
    targets[cursor[head[i]]] = tail[i]
    weights[cursor[head[i]]++] = weight[i]
  }
  return { csr: sortSymmetricRows({ n: csr.n, offsets, targets, weights }), moved }
}

/**
 * The account graph with a share of the marked accounts' ties moved, each channel by itself. `runId` stays that of the
 * graph it was made from; `sha256` is its own, so that nothing made of the true graph is taken for it.
 */
export async function rewireGraph(
  graph: AccountGraph,
  marked: Uint8Array,
  share: number,
  options: { seed: number; maxWeight: number | null },
  pace: Pace,
): Promise<{ graph: AccountGraph; moved: number }> {
  let moved = 0
  const channels = []
  for (const [k, channel] of graph.channels.entries()) {
    const found = await rewireMarked(channel.csr, marked, share, options.seed + k, pace)
    moved += found.moved
    channels.push({ id: channel.id, csr: found.csr })
  }
  const { csr, mask } = combineCsr(
    graph.combined.n,
    channels.map((channel) => channel.csr),
  )
  const combined = options.maxWeight === null ? csr : capWeights(csr, options.maxWeight)
  return {
    graph: {
      ...graph,
      sha256: `${graph.sha256}-rewired-${share}-${options.seed}`,
      combined,
      channelMask: mask,
      channels,
    },
    moved,
  }
}

/** Own facts that an account can imitate: not its place in the graph, nor what others say of it. */
export const imitable = (column: FeatureColumn): boolean =>
  column.operator === 'own' &&
  column.relation === null &&
  (column.family === 'attributes' || column.family === 'registration' || column.family === 'logins')

/**
 * Values of `columns` for the marked nodes after each copied a share of them, chosen at random per account, from a
 * random donor (one donor an account: facts that go together are copied together). `values[k]` holds n values of
 * columns[k]; answers new arrays, the others' values as they were. Columns of one base go together.
 */
export function mimic(
  columns: readonly FeatureColumn[],
  values: readonly Float32Array[],
  marked: Uint32Array,
  donors: Uint32Array,
  share: number,
  seed: number,
): Float32Array[] {
  const changed = values.map((v) => v.slice())
  const bases = [...new Set(columns.map((c) => c.base))]
  const of = columns.map((c) => bases.indexOf(c.base))
  const wanted = Math.round(share * bases.length)
  const random = new Random(seed)
  for (const u of marked) {
    const donor = donors[random.int(donors.length)]
    const copied = new Uint8Array(bases.length)
    for (const b of random.permutation(bases.length).subarray(0, wanted)) copied[b] = 1
    for (let k = 0; k < columns.length; k++) if (copied[of[k]] === 1) changed[k][u] = values[k][donor]
  }
  return changed
}

/** AUROC and average precision at each share; `scoresAt` answers the scores of the tested accounts. */
export async function camouflageCurve(
  y: Uint8Array,
  shares: readonly number[],
  scoresAt: (share: number) => Promise<Float32Array>,
): Promise<{ share: number; auroc: number; auprc: number }[]> {
  const curve: { share: number; auroc: number; auprc: number }[] = []
  for (const share of shares) {
    const s = await scoresAt(share)
    curve.push({ share, auroc: auroc(y, s), auprc: auprc(y, s) })
  }
  return curve
}
