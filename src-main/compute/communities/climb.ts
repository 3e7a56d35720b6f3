import type { Engine } from './engine.ts'
import { rankBySize } from './partition.ts'

/** How communities become the nodes of the next level: by their refined parts (Leiden) or whole (Louvain). */
export interface Climb {
  readonly refine: boolean
  /** Randomness of the refinement in units of weight. */
  readonly theta: number
}

/** γ falls by this from step to step of the hierarchy. */
const COARSER = 2
const WORTH_A_LEVEL = 2 / 3
/** γ has fallen by 10²⁴ then: what still isn't one is not going to be. */
const MOST_STEPS = 80

/**
 * From the engine's current level and labels up, moving and aggregating, until nothing merges any more: then each
 * node of the level reached is a community. Returns which one each node of the level at the start is in.
 */
export async function climb(engine: Engine, how: Climb): Promise<Uint32Array> {
  const maps: Uint32Array[] = []
  const start = engine.n
  for (;;) {
    const before = engine.n
    const communities = await engine.move()
    if (communities === before) break
    const parts = how.refine ? await engine.refine(communities, how.theta) : engine.whole(communities)
    maps.push(engine.parts.slice())
    await engine.aggregate(parts)
    // Communities of nodes that no edge joins: moving has put them together, and splitting them ends the climb.
    if (parts === before) break
  }
  let reached = Uint32Array.from({ length: engine.n }, (_, u) => u)
  for (let k = maps.length - 1; k >= 0; k--) reached = through(maps[k], reached)
  return maps.length > 0 ? reached : identity(start)
}

/**
 * Coarser groups of the communities that are the nodes of the engine's current level: γ falls step by step, and a
 * level is kept where it has at most two thirds as many communities as the one below, and where nothing joins what is
 * left. `rank` is the number that each node has as a community, `sizes` how many nodes of the graph are in it.
 */
export async function coarser(
  engine: Engine,
  how: Climb,
  resolution: number,
  rank: Uint32Array,
  sizes: Uint32Array,
): Promise<Uint32Array[]> {
  const levels: Uint32Array[] = []
  /** Of the communities of the last level kept, in their numbers: their node in the engine. */
  let nodeOf: Uint32Array = new Uint32Array(rank.length)
  for (let v = 0; v < rank.length; v++) nodeOf[rank[v]] = v
  let gamma = resolution
  for (let step = 0; step < MOST_STEPS && engine.joined; step++) {
    gamma /= COARSER
    engine.resolution = gamma
    engine.labels.set(identity(engine.n))
    nodeOf = through(nodeOf, await climb(engine, how))
    const worth = engine.n <= WORTH_A_LEVEL * nodeOf.length || (!engine.joined && engine.n < nodeOf.length)
    if (!worth) continue
    const bigger = new Uint32Array(engine.n)
    for (let c = 0; c < nodeOf.length; c++) bigger[nodeOf[c]] += sizes[c]
    const number = rankBySize(bigger)
    levels.push(through(nodeOf, number))
    nodeOf = new Uint32Array(engine.n)
    sizes = new Uint32Array(engine.n)
    for (let v = 0; v < engine.n; v++) {
      nodeOf[number[v]] = v
      sizes[number[v]] = bigger[v]
    }
  }
  return levels
}

/** b[a[i]] for each i. */
export function through(a: Uint32Array, b: Uint32Array): Uint32Array<ArrayBuffer> {
  const result = new Uint32Array(a.length)
  for (let i = 0; i < a.length; i++) result[i] = b[a[i]]
  return result
}

export function identity(n: number): Uint32Array<ArrayBuffer> {
  const result = new Uint32Array(n)
  for (let i = 0; i < n; i++) result[i] = i
  return result
}
