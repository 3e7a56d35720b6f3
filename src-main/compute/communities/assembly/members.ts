import { get, Level, put, Work } from './state'

// Nodes by community, and the two simple ways to make parts of communities; refine.ts has the third.

/** Renumbers Work.community 0.. in order of first appearance, returns their number. */
export function compact(): u32 {
  const n = Level.n
  memory.fill(Work.seen, 0, <usize>n << 2)
  let count: u32 = 0
  for (let u: u32 = 0; u < n; u++) {
    const c = get(Work.community, u)
    let number = get(Work.seen, c)
    if (number == 0) {
      number = ++count
      put(Work.seen, c, number)
    }
    put(Work.community, u, number - 1)
  }
  return count
}

/** Sorts the nodes by community (0..count-1): members, place, start. */
export function sortMembers(count: u32): void {
  const n = Level.n
  const start = Work.start
  memory.fill(start, 0, (<usize>count + 1) << 2)
  for (let u: u32 = 0; u < n; u++) {
    const c = get(Work.community, u) + 1
    put(start, c, get(start, c) + 1)
  }
  for (let c: u32 = 0; c < count; c++) put(start, c + 1, get(start, c + 1) + get(start, c))
  // The cursor is start itself, moved back by one afterwards.
  for (let u: u32 = 0; u < n; u++) {
    const c = get(Work.community, u)
    const i = get(start, c)
    put(start, c, i + 1)
    put(Work.members, i, u)
    put(Work.place, u, i)
  }
  for (let c = count; c > 0; c--) put(start, c, get(start, c - 1))
  put(start, 0, 0)
}

let community: u32 = 0
let communities: u32 = 0
/** Where the community's members are looked through for one that is not reached yet. */
let look: u32 = 0
/** byPart is the queue of the search too, which leaves it sorted by component. */
let head: u32 = 0
let tail: u32 = 0

/** Prepares splitting `count` communities into their connected components, after sortMembers. */
export function splitStart(count: u32): void {
  communities = count
  community = 0
  look = 0
  head = 0
  tail = 0
  Work.parts = 0
  memory.fill(Work.part, 0xff, <usize>Level.n << 2)
}

/** Makes the components parts. Returns true when done, false when `budget` entries were followed. */
export function split(budget: u32): bool {
  let work: u32 = 0
  for (; community < communities; community++) {
    const first = get(Work.start, community)
    const size = get(Work.start, community + 1) - first
    while (true) {
      while (head < tail) {
        const u = get(Work.byPart, head++)
        const end = get(Level.offsets, u + 1)
        for (let e = get(Level.offsets, u); e < end; e++) {
          const v = load<u32>(Level.records + (<usize>e << 3))
          if (get(Work.place, v) - first < size && get(Work.part, v) == 0xffffffff) reach(v)
          work++
        }
        if (++work > budget) return false
      }
      while (look < first + size && get(Work.part, get(Work.members, look)) != 0xffffffff) look++
      if (look == first + size) break
      put(Work.partStart, Work.parts, tail)
      put(Work.partCommunity, Work.parts, community)
      Work.parts++
      reach(get(Work.members, look))
    }
  }
  put(Work.partStart, Work.parts, Level.n)
  return true
}

@inline
function reach(u: u32): void {
  put(Work.part, u, Work.parts - 1)
  put(Work.byPart, tail++, u)
}

/** The parts are the communities themselves, connected or not (Louvain), after sortMembers. */
export function wholeParts(count: u32): void {
  Work.parts = count
  memory.copy(Work.byPart, Work.members, <usize>Level.n << 2)
  memory.copy(Work.partStart, Work.start, (<usize>count + 1) << 2)
  memory.copy(Work.part, Work.community, <usize>Level.n << 2)
  for (let c: u32 = 0; c < count; c++) put(Work.partCommunity, c, c)
}
