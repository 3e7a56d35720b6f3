import { ShoalError } from '../../common/errors.ts'
import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { instantiate, WASM_BASE, type WasmInstance } from '../kernels/wasm.ts'
import { wasm } from './communities.wasm.ts'
import type { Objective } from './partition.ts'

/** What assembly/ offers; pointers are byte addresses in the instance's memory. */
interface Kernels {
  setLevel(n: number, offsets: number, records: number, mass: number, scale: number): void
  setWork(at: number, n: number): number
  community(): number
  part(): number
  seed(low: number, high: number): void
  moveStart(least: number, visits: number): void
  alive(): number
  repack(): void
  sweepStart(): void
  sweep(budget: number): number
  sweepMoved(): number
  sweepGained(): number
  sweepUnsettled(): number
  compact(): number
  sortMembers(count: number): void
  refineStart(count: number, theta: number): void
  refine(budget: number): number
  splitStart(count: number): void
  split(budget: number): number
  wholeParts(count: number): void
  partCount(): number
  aggregateStart(parts: number, offsets: number, mass: number, records: number): void
  aggregate(budget: number): number
  aggregateEntries(): number
  nextCommunities(): void
  levelWeight(): number
  levelSquares(): number
}

/** A graph in linear memory; its nodes are accounts or aggregates of them. */
interface Level {
  n: number
  /** Records: two for each edge between different nodes. */
  entries: number
  /** Byte addresses. */
  offsets: number
  mass: number
  records: number
  end: number
}

/** Local moving ends with the first sweep that gains less than this share of the total weight. */
const ENOUGH = 1e-6
/** Label propagation stops drawing ties once no larger share of the nodes than this has a label it should not. */
const SETTLED = 1e-4
/** Entries followed between two checkpoints, 3 to 20 ms of work. */
const BUDGET = 250_000
const PAGE = 65_536

/** Addresses go up to 2³², past what bit operations keep positive. */
const up8 = (address: number): number => Math.ceil(address / 8) * 8

/**
 * One graph in the kernels' memory, and the levels aggregated from it. Needs 8 bytes an entry of the graph, as much
 * again for the levels above it, and about 110 bytes a node.
 */
export class Engine {
  private readonly wasm: WasmInstance<Kernels>
  private readonly kernels: Kernels
  private readonly pace: Pace
  private readonly base: Level
  private level: Level
  private readonly objective: Objective
  /** Weight that two nodes of mass 1 are expected to share. */
  private scale = 0
  /** Both directions of every edge and what loops weigh: 2m. */
  readonly total: number

  private constructor(
    loaded: WasmInstance<Kernels>,
    base: Level,
    objective: Objective,
    total: number,
    pace: Pace,
  ) {
    this.wasm = loaded
    this.kernels = loaded.exports
    this.pace = pace
    this.base = base
    this.level = base
    this.objective = objective
    this.total = total
  }

  get n(): number {
    return this.level.n
  }

  /** Copies a graph in. Entries of weight 0 are no edges, and loops count in their node's strength only. */
  static async load(
    csr: Csr,
    objective: Objective,
    sizes: ArrayLike<number> | undefined,
    pace: Pace,
  ): Promise<Engine> {
    const { n, offsets, targets, weights } = csr
    const entries = targets.length
    // The size of the work arrays follows from n alone; a bare instance tells it.
    const workEnd = instantiate<Kernels>(wasm, WASM_BASE).exports.setWork(WASM_BASE, n) >>> 0
    const base: Level = { n, entries, offsets: workEnd, mass: 0, records: 0, end: 0 }
    base.mass = up8(base.offsets + 4 * (n + 1))
    base.records = base.mass + 8 * n
    base.end = base.records + 8 * (entries + 1)
    const loaded = instantiate<Kernels>(wasm, base.end)
    loaded.exports.setWork(WASM_BASE, n)
    const { buffer } = loaded.memory
    const toOffsets = new Uint32Array(buffer, base.offsets, n + 1)
    const mass = new Float64Array(buffer, base.mass, n)
    const target = new Uint32Array(buffer, base.records, 2 * entries)
    const weight = new Float32Array(buffer, base.records, 2 * entries)
    let at = 0
    let total = 0
    let next = BUDGET
    for (let u = 0; u < n; u++) {
      let strength = 0
      for (let e = offsets[u]; e < offsets[u + 1]; e++) {
        const w = weights[e]
        if (!(w >= 0 && w < Infinity)) throw badWeight(u, targets[e], w)
        strength += w
        if (w === 0 || targets[e] === u) continue
        target[at] = targets[e]
        weight[at + 1] = w
        at += 2
      }
      toOffsets[u + 1] = at / 2
      mass[u] = strength
      total += strength
      if (at > next) {
        next = at + 4 * BUDGET
        await pace.checkpoint()
      }
    }
    base.entries = at / 2
    if (objective === 'cpm') {
      for (let u = 0; u < n; u++) {
        const size = sizes === undefined ? 1 : sizes[u]
        if (!(size >= 0 && size < Infinity)) throw badSize(u, size)
        mass[u] = size
      }
    }
    return new Engine(loaded, base, objective, total, pace)
  }

  /** Community labels of the current level, below n; write to set them. Valid until the next call. */
  get labels(): Uint32Array {
    return new Uint32Array(this.wasm.memory.buffer, this.kernels.community() >>> 0, this.level.n)
  }

  /** Part of each node of the current level, after refine, whole or split. Valid until the next call. */
  get parts(): Uint32Array {
    return new Uint32Array(this.wasm.memory.buffer, this.kernels.part() >>> 0, this.level.n)
  }

  /** Back to the graph itself. */
  ground(): void {
    this.enter(this.base)
  }

  private enter(level: Level): void {
    this.level = level
    this.kernels.setLevel(level.n, level.offsets, level.records, level.mass, this.scale)
  }

  /** Expected weight between masses from here on. */
  set resolution(gamma: number) {
    this.scale = scaleOf(this.objective, gamma, this.total)
    this.enter(this.level)
  }

  /** Numbers for everything random from here on. */
  seed(seed: number): void {
    this.kernels.seed(seed | 0, Math.floor(seed / 2 ** 32) | 0)
  }

  /**
   * Local moving until nothing moves or a sweep gains less than ENOUGH. Leaves labels 0.. and returns how many.
   */
  async move(): Promise<number> {
    // Below this a gain is rounding, and following rounding could go in circles.
    this.kernels.moveStart(1e-9 * (this.total / Math.max(1, this.base.entries)), 0)
    let numbers = this.level.n
    while ((await this.sweep()) > 0 && this.kernels.sweepGained() > ENOUGH * this.total) {
      if (this.kernels.alive() > numbers / 3) continue
      this.kernels.repack()
      numbers = this.kernels.alive()
    }
    return this.kernels.compact()
  }

  /**
   * Label propagation for at most so many sweeps: ties are drawn until no node has a lighter label than it could, and
   * kept from then on, until nothing changes. Leaves labels 0..
   */
  async propagate(maxSweeps: number): Promise<{ communities: number; sweeps: number }> {
    let sweeps = 0
    for (const visits of [1, 2]) {
      this.kernels.moveStart(0, visits)
      while (sweeps < maxSweeps) {
        sweeps++
        const moved = await this.sweep()
        if (moved === 0 || (visits === 1 && this.kernels.sweepUnsettled() <= SETTLED * this.level.n)) break
      }
    }
    return { communities: this.kernels.compact(), sweeps }
  }

  /** Visits what waits once; returns how many nodes moved. */
  private async sweep(): Promise<number> {
    const { kernels, pace } = this
    kernels.sweepStart()
    while (kernels.sweep(BUDGET) === 0) await pace.checkpoint()
    await pace.checkpoint()
    return kernels.sweepMoved()
  }

  /**
   * Splits `count` communities into well-connected parts (θ in units of weight); into their connected components
   * where that would leave every node alone, for then the levels would never end. Returns the number of parts.
   */
  async refine(count: number, theta: number): Promise<number> {
    const { kernels } = this
    kernels.sortMembers(count)
    kernels.refineStart(count, theta)
    while (kernels.refine(BUDGET) === 0) await this.pace.checkpoint()
    return kernels.partCount() === this.level.n ? this.split(count) : kernels.partCount()
  }

  /** Takes whole communities, connected or not, as parts. */
  whole(count: number): number {
    this.kernels.sortMembers(count)
    this.kernels.wholeParts(count)
    return count
  }

  /** Takes the connected components of communities (labels 0..count-1) as parts. Returns how many there are. */
  async split(count: number): Promise<number> {
    this.kernels.sortMembers(count)
    this.kernels.splitStart(count)
    while (this.kernels.split(BUDGET) === 0) await this.pace.checkpoint()
    return this.kernels.partCount()
  }

  /** Renumbers labels 0.. in order of first appearance. Returns how many there are. */
  compact(): number {
    return this.kernels.compact()
  }

  /** Makes the parts the nodes of the current level; their communities become its labels. */
  async aggregate(parts: number): Promise<void> {
    const { kernels, level } = this
    const offsets = up8(Math.max(level.end, this.base.end))
    const mass = up8(offsets + 4 * (parts + 1))
    const records = mass + 8 * parts
    this.reserve(records + 8 * (level.entries + 1))
    kernels.aggregateStart(parts, offsets, mass, records)
    while (kernels.aggregate(BUDGET) === 0) await this.pace.checkpoint()
    await this.pace.checkpoint()
    kernels.nextCommunities()
    const entries = kernels.aggregateEntries()
    const made: Level = { n: parts, entries, offsets, mass, records, end: records + 8 * (entries + 1) }
    // The level below is done with: the new one takes its place, right above the graph.
    const down = offsets - up8(this.base.end)
    if (down > 0) {
      new Uint8Array(this.wasm.memory.buffer).copyWithin(offsets - down, offsets, made.end)
      made.offsets -= down
      made.mass -= down
      made.records -= down
      made.end -= down
    }
    this.enter(made)
  }

  /**
   * Quality of the partition whose communities are the nodes of this level, up to a constant: CPM counts no node
   * with itself. In the precision of 32-bit weights.
   */
  quality(): number {
    if (this.total === 0) return 0
    return 1 - (this.kernels.levelWeight() + this.scale * this.kernels.levelSquares()) / this.total
  }

  /** Nodes of the current level that something joins to others. */
  get joined(): boolean {
    return this.level.entries > 0
  }

  private reserve(end: number): void {
    const { memory } = this.wasm
    if (end <= memory.buffer.byteLength) return
    try {
      memory.grow(Math.ceil((end - memory.buffer.byteLength) / PAGE))
    } catch {
      throw new ShoalError(
        'unsupported_here',
        'The graph is too large to find communities in: it needs over 4 GiB.',
      )
    }
  }
}

function scaleOf(objective: Objective, gamma: number, total: number): number {
  if (objective === 'cpm') return gamma
  return total > 0 ? gamma / total : 0
}

function badWeight(u: number, v: number, w: number): ShoalError {
  return new ShoalError(
    'invalid_input',
    `The edge between nodes ${u} and ${v} weighs ${w}; weights are 0 or more.`,
  )
}

function badSize(u: number, size: number): ShoalError {
  return new ShoalError('invalid_input', `Node ${u} has size ${size}; give one of 0 or more for each node.`)
}
