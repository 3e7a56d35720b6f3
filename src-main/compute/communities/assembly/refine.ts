import { AHEAD, fetchNeighbours, fetchRows } from './fetch'
import { below, unit } from './random'
import { get, Level, put, real, Work } from './state'

// What refinement keeps of a member of the community at work (32 bytes): as a part, its total mass, its weight to
// the rest of the community, an accumulator; as a node, the part it is in and whether it is still alone there.
const TOTAL: usize = 0
const CUT: usize = 8
const SUM: usize = 16
const PART: usize = 24
const ALONE: usize = 28

let at: u32 = 0
let communities: u32 = 0
let theta: f64 = 0
/** The members' rows are in the cache up to here. */
let fetched: u32 = 0

/** Prepares refinement of `count` communities after sortMembers. */
export function refineStart(count: u32, t: f64): void {
  communities = count
  at = 0
  fetched = 0
  Work.parts = 0
  theta = t
}

/**
 * Refinement (Traag, Waltman, van Eck 2019, algorithm A.2, MergeNodesSubset), community by community: nodes start
 * alone; in random order one that is still alone and well connected to its community joins a well-connected part
 * with probability ∝ exp(gain / θ) among those with gain ≥ 0, itself included. Parts are connected, because a merge
 * needs an edge, and numbered in the order of their communities, which keeps neighbours near in memory.
 * Returns true when all communities are done, false when `budget` entries were followed.
 */
export function refine(budget: u32): bool {
  let work: u32 = 0
  while (at < communities) {
    const c = at++
    const first = get(Work.start, c)
    const end = get(Work.start, c + 1)
    if (end - first == 1) {
      single(c, first)
      work += 2
    } else {
      work += merge(first, end - first)
      number(c, first, end - first)
    }
    if (work > budget) break
  }
  put(Work.partStart, Work.parts, Level.n)
  return at >= communities
}

@inline
function single(c: u32, first: u32): void {
  const u = get(Work.members, first)
  put(Work.byPart, first, u)
  const p = Work.parts++
  put(Work.partStart, p, first)
  put(Work.part, u, p)
  put(Work.partCommunity, p, c)
}

function merge(first: u32, count: u32): u32 {
  const members = Work.members + (<usize>first << 2)
  const placeOf = Work.place
  const local = Work.local
  const scale = Level.scale
  for (let i = count; i > 1; i--) {
    const j = below(i)
    const u = get(members, i - 1)
    put(members, i - 1, get(members, j))
    put(members, j, u)
  }
  let whole: f64 = 0
  for (let i: u32 = 0; i < count; i++) {
    const u = get(members, i)
    put(placeOf, u, first + i)
    whole += real(Level.mass, u)
  }
  let work = count << 1
  for (let i: u32 = 0; i < count; i++) {
    if (first + i >= fetched) {
      fetched = min(Level.n, first + i + AHEAD)
      fetchRows(Work.members, first + i, fetched)
      fetchNeighbours(Work.members, first + i, fetched, placeOf)
    }
    const u = get(members, i)
    const from = Level.records + (<usize>get(Level.offsets, u) << 3)
    const end = Level.records + (<usize>get(Level.offsets, u + 1) << 3)
    let cut: f64 = 0
    for (let e = from; e < end; e += 8) {
      const inside = get(placeOf, load<u32>(e)) - first < count
      cut += select<f64>(<f64>load<f32>(e, 4), 0, inside)
    }
    const me = local + (<usize>i << 5)
    store<f64>(me, real(Level.mass, u), TOTAL)
    store<f64>(me, cut, CUT)
    store<f64>(me, 0, SUM)
    store<u32>(me, i, PART)
    store<u32>(me, 1, ALONE)
    work += <u32>((end - from) >> 3)
  }
  for (let i: u32 = 0; i < count; i++) {
    const me = local + (<usize>i << 5)
    if (load<u32>(me, ALONE) == 0) continue
    const own = load<f64>(me, TOTAL)
    const cut = load<f64>(me, CUT)
    if (cut < own * (whole - own) * scale) continue
    work += join(me, i, get(members, i), first, count, own, cut, whole)
  }
  return work
}

/** Lets the lone member i choose its part. */
function join(me: usize, i: u32, u: u32, first: u32, count: u32, own: f64, cut: f64, whole: f64): u32 {
  const placeOf = Work.place
  const local = Work.local
  const seen = Work.seen
  const scale = Level.scale
  const from = Level.records + (<usize>get(Level.offsets, u) << 3)
  const end = Level.records + (<usize>get(Level.offsets, u + 1) << 3)
  let met: u32 = 0
  for (let e = from; e < end; e += 8) {
    const j = get(placeOf, load<u32>(e)) - first
    if (j >= count) continue
    const p = load<u32>(local + (<usize>j << 5), PART)
    const there = local + (<usize>p << 5)
    const sum = load<f64>(there, SUM)
    put(seen, met, p)
    met += u32(sum == 0)
    store<f64>(there, sum + <f64>load<f32>(e, 4), SUM)
  }
  // Gain 0 is staying alone. A part that is not well connected itself takes nobody.
  let best: f64 = 0
  let chosen = i
  for (let k: u32 = 0; k < met; k++) {
    const p = get(seen, k)
    const there = local + (<usize>p << 5)
    const other = load<f64>(there, TOTAL)
    if (load<f64>(there, CUT) < other * (whole - other) * scale) continue
    const gain = load<f64>(there, SUM) - own * other * scale
    if (gain > best) {
      best = gain
      chosen = p
    }
  }
  // What lies more than 40 θ below the best has no chance worth drawing for (e⁻⁴⁰), so mostly one is left.
  const floor = best - 40 * theta
  let sum: f64 = 0
  let rivals: u32 = 0
  if (floor <= 0) {
    sum = fade(best)
    rivals = 1
  }
  for (let k: u32 = 0; k < met; k++) {
    const there = local + (<usize>get(seen, k) << 5)
    const other = load<f64>(there, TOTAL)
    const gain = load<f64>(there, SUM) - own * other * scale
    if (gain < floor || gain < 0 || load<f64>(there, CUT) < other * (whole - other) * scale) continue
    rivals++
    sum += fade(best - gain)
  }
  if (rivals > 1) {
    let left = unit() * sum
    chosen = i
    if (floor <= 0) left -= fade(best)
    for (let k: u32 = 0; k < met && left >= 0; k++) {
      const p = get(seen, k)
      const there = local + (<usize>p << 5)
      const other = load<f64>(there, TOTAL)
      const gain = load<f64>(there, SUM) - own * other * scale
      if (gain < floor || gain < 0 || load<f64>(there, CUT) < other * (whole - other) * scale) continue
      left -= fade(best - gain)
      chosen = p
    }
  }
  if (chosen != i) {
    const there = local + (<usize>chosen << 5)
    store<u32>(me, chosen, PART)
    store<u32>(me, 0, ALONE)
    store<u32>(there, 0, ALONE)
    store<f64>(there, load<f64>(there, TOTAL) + own, TOTAL)
    store<f64>(there, load<f64>(there, CUT) + cut - 2 * load<f64>(there, SUM), CUT)
  }
  for (let k: u32 = 0; k < met; k++) store<f64>(local + (<usize>get(seen, k) << 5), 0, SUM)
  return <u32>((end - from) >> 3) + 4
}

/**
 * exp(-x / θ) as (1 - x / 1024 θ)^1024, good to 40 θ within what a random choice can show: only multiplications,
 * so every machine draws alike.
 */
@inline
function fade(x: f64): f64 {
  let y = max<f64>(0, 1 - x / (1024 * theta))
  for (let i = 0; i < 10; i++) y *= y
  return y
}

/** Numbers the parts of one community and sorts its members by part. */
function number(c: u32, first: u32, count: u32): void {
  const local = Work.local
  const members = Work.members + (<usize>first << 2)
  const before = Work.parts
  let parts = before
  // SUM is free now: it takes the part's number, and seen its cursor.
  for (let i: u32 = 0; i < count; i++) {
    const me = local + (<usize>i << 5)
    if (load<u32>(me, PART) != i) continue
    store<u32>(me, parts, SUM)
    put(Work.partStart, parts, 0)
    put(Work.partCommunity, parts, c)
    parts++
  }
  for (let i: u32 = 0; i < count; i++) {
    const p = load<u32>(local + (<usize>load<u32>(local + (<usize>i << 5), PART) << 5), SUM)
    put(Work.part, get(members, i), p)
    put(Work.partStart, p, get(Work.partStart, p) + 1)
  }
  Work.parts = parts
  let next = first
  for (let p = before; p < parts; p++) {
    const size = get(Work.partStart, p)
    put(Work.partStart, p, next)
    put(Work.seen, p - before, next)
    next += size
  }
  for (let i: u32 = 0; i < count; i++) {
    const u = get(members, i)
    const k = get(Work.part, u) - before
    const to = get(Work.seen, k)
    put(Work.byPart, to, u)
    put(Work.seen, k, to + 1)
  }
}
