import { below } from './random'
import { fetchBeyond } from './fetch'
import { compact } from './members'
import { propagate, propagateSweep } from './propagate'
import { BLOCK_BITS, get, Level, put, real, Work } from './state'

/** Nodes of one block that wait for a visit. */
const waiting: usize = memory.data(4 << BLOCK_BITS)

let blockCount: u32 = 0
let blockAt: u32 = 0
let moved: u32 = 0
/** The sum of all gains of a sweep, in units of weight. */
let gained: f64 = 0
/** A gain below this is rounding, and following rounding could go in circles. */
let least: f64 = 0
/** 0: visits follow the quality; 1: they propagate labels; 2: they do and keep a label that ties. */
let mode: u32 = 0

/** Prepares local moving, or label propagation, from Work.community (labels below n); leastGain in units of weight. */
export function moveStart(leastGain: f64, visits: u32): void {
  const n = Level.n
  mode = visits
  least = leastGain
  memory.fill(Work.dirty, 1, n)
  tally()
}

/**
 * Renumbers the communities 0.. between sweeps: few are left of those that everybody was alone in, and side by side
 * they fit into the cache.
 */
export function repack(): void {
  compact()
  tally()
}

/** Communities that have a node. */
export function alive(): u32 {
  return Level.n - Work.empties
}

function tally(): void {
  const n = Level.n
  memory.fill(Work.totals, 0, <usize>n << 4)
  memory.fill(Work.size, 0, <usize>n << 2)
  for (let u: u32 = 0; u < n; u++) {
    const c = get(Work.community, u)
    const total = Work.totals + (<usize>c << 4)
    store<f64>(total, load<f64>(total) + real(Level.mass, u))
    put(Work.size, c, get(Work.size, c) + 1)
  }
  let empties: u32 = 0
  for (let c = n; c-- > 0; ) {
    if (get(Work.size, c) == 0) put(Work.empty, empties++, c)
  }
  Work.empties = empties
}

/** Starts a sweep: blocks come in random order. */
export function sweepStart(): void {
  blockCount = (Level.n + (1 << BLOCK_BITS) - 1) >> BLOCK_BITS
  blockAt = 0
  moved = 0
  gained = 0
  propagateSweep()
  for (let i: u32 = 0; i < blockCount; i++) put(Work.blocks, i, i)
  for (let i = blockCount; i > 1; i--) swap(Work.blocks, i - 1, below(i))
}

/**
 * Visits the waiting nodes of the next blocks, in random order inside a block: each moves where it should, and its
 * neighbours elsewhere wait for a visit again. Returns true when the sweep is over, false when `budget` entries were
 * followed.
 */
export function sweep(budget: u32): bool {
  const n = Level.n
  const dirty = Work.dirty
  let work: u32 = 0
  while (blockAt < blockCount) {
    const first = get(Work.blocks, blockAt++) << BLOCK_BITS
    const end = min(n, first + (1 << BLOCK_BITS))
    let count: u32 = 0
    for (let u = first; u < end; u++) {
      put(waiting, count, u)
      count += load<u8>(dirty + u)
    }
    work += 16
    fetchBeyond(waiting, 0, count, Work.community, Work.totals, 4)
    while (count > 0) {
      const i = below(count)
      const u = get(waiting, i)
      put(waiting, i, get(waiting, --count))
      store<u8>(dirty + u, 0)
      if (mode > 0) {
        const change = propagate(u, mode == 2)
        moved += change >> 31
        work += change & 0x7fffffff
      } else work += visit(u)
    }
    if (work > budget) return blockAt >= blockCount
  }
  return true
}

/** Moves a node to the neighbouring (or an empty) community with the largest gain. Returns the entries followed. */
function visit(u: u32): u32 {
  const community = Work.community
  const totals = Work.totals
  const seen = Work.seen
  const first = Level.records + (<usize>get(Level.offsets, u) << 3)
  const end = Level.records + (<usize>get(Level.offsets, u + 1) << 3)
  const from = get(community, u)
  let met = seen
  for (let e = first; e < end; e += 8) {
    const c = get(community, load<u32>(e))
    const total = totals + (<usize>c << 4)
    const sum = load<f64>(total, 8)
    store<u32>(met, c)
    met += <usize>(sum == 0) << 2
    store<f64>(total, sum + <f64>load<f32>(e, 4), 8)
  }
  const own = real(Level.mass, u)
  const pull = own * Level.scale
  const home = totals + (<usize>from << 4)
  const stay = load<f64>(home, 8) - pull * (load<f64>(home) - own)
  store<f64>(home, 0, 8)
  let best = from
  let bestGain = stay + least
  for (let s = seen; s < met; s += 4) {
    const c = load<u32>(s)
    const total = totals + (<usize>c << 4)
    const gain = load<f64>(total, 8) - pull * load<f64>(total)
    store<f64>(total, 0, 8)
    if (gain > bestGain && c != from) {
      bestGain = gain
      best = c
    }
  }
  if (bestGain < 0 && get(Work.size, from) > 1) {
    best = get(Work.empty, --Work.empties)
    bestGain = 0
  }
  const work = <u32>((end - first) >> 3) + 4
  if (best == from) return work
  moved++
  gained += bestGain - stay
  store<f64>(home, load<f64>(home) - own)
  const left = get(Work.size, from) - 1
  put(Work.size, from, left)
  if (left == 0) {
    store<f64>(home, 0)
    put(Work.empty, Work.empties++, from)
  }
  const there = totals + (<usize>best << 4)
  store<f64>(there, load<f64>(there) + own)
  put(Work.size, best, get(Work.size, best) + 1)
  put(community, u, best)
  const dirty = Work.dirty
  for (let e = first; e < end; e += 8) {
    const v = load<u32>(e)
    if (get(community, v) != best) store<u8>(dirty + v, 1)
  }
  return work
}

@inline
function swap(array: usize, i: u32, j: u32): void {
  const held = get(array, i)
  put(array, i, get(array, j))
  put(array, j, held)
}

export function sweepMoved(): u32 {
  return moved
}
export function sweepGained(): f64 {
  return gained
}
