import { AHEAD, fetchBeyond, fetchRows } from './fetch'
import { get, Level, put, real, setReal, Work } from './state'

let count: u32 = 0
let at: u32 = 0
let entries: u32 = 0
let offsets: usize = 0
let records: usize = 0
let mass: usize = 0
/** The rows by part are in the cache up to here. */
let fetched: u32 = 0

/**
 * Prepares the graph whose nodes are the parts 0..parts-1. Its arrays: offsets u32 × (parts + 1), mass f64 × parts,
 * records with room for as many as the level has; none may overlap the level's.
 */
export function aggregateStart(parts: u32, toOffsets: usize, toMass: usize, toRecords: usize): void {
  count = parts
  offsets = toOffsets
  mass = toMass
  records = toRecords
  at = 0
  fetched = 0
  entries = 0
  put(offsets, 0, 0)
  // f64 accumulators, one for each part; `local` is large enough and not in use now.
  memory.fill(Work.local, 0, <usize>parts << 3)
}

/** Sums the next parts' rows. Returns true when done, false when `budget` entries were followed. */
export function aggregate(budget: u32): bool {
  const partOf = Work.part
  const sums = Work.local
  let work: u32 = 0
  while (at < count) {
    const p = at++
    const first = records + (<usize>entries << 3)
    let to = first
    let total: f64 = 0
    const end = get(Work.partStart, p + 1)
    for (let i = get(Work.partStart, p); i < end; i++) {
      if (i >= fetched) {
        fetched = min(Level.n, i + AHEAD)
        fetchRows(Work.byPart, i, fetched)
        fetchBeyond(Work.byPart, i, fetched, partOf, sums, 3)
      }
      const u = get(Work.byPart, i)
      total += real(Level.mass, u)
      const from = Level.records + (<usize>get(Level.offsets, u) << 3)
      const until = Level.records + (<usize>get(Level.offsets, u + 1) << 3)
      work += <u32>((until - from) >> 3) + 2
      for (let e = from; e < until; e += 8) {
        const q = get(partOf, load<u32>(e))
        if (q == p) continue
        const sum = real(sums, q)
        store<u32>(to, q)
        to += <usize>(sum == 0) << 3
        setReal(sums, q, sum + <f64>load<f32>(e, 4))
      }
    }
    for (let e = first; e < to; e += 8) {
      const q = load<u32>(e)
      store<f32>(e, <f32>real(sums, q), 4)
      setReal(sums, q, 0)
    }
    setReal(mass, p, total)
    entries = <u32>((to - records) >> 3)
    put(offsets, p + 1, entries)
    if (work > budget) return at >= count
  }
  return true
}

export function aggregateEntries(): u32 {
  return entries
}

/** The parts' communities become the communities of the level that aggregation has made. */
export function nextCommunities(): void {
  memory.copy(Work.community, Work.partCommunity, <usize>count << 2)
}

/** Σ of all entries' weights of the level: twice what runs between its nodes. */
export function levelWeight(): f64 {
  let sum: f64 = 0
  const end = Level.records + (<usize>get(Level.offsets, Level.n) << 3)
  for (let e = Level.records; e < end; e += 8) sum += <f64>load<f32>(e, 4)
  return sum
}

/** Σ mass² of the level. */
export function levelSquares(): f64 {
  let sum: f64 = 0
  for (let u: u32 = 0; u < Level.n; u++) sum += real(Level.mass, u) * real(Level.mass, u)
  return sum
}
