/**
 * What the kernels share: pointers into linear memory, set by the host (../engine.ts), which also owns all allocation.
 * Arrays are u32 unless said otherwise. One level at a time is worked on; its entries are records of 8 bytes
 * {u32 target, f32 weight}, so that following an edge is one cache miss and not two.
 */
export class Level {
  static n: u32 = 0
  /** n + 1 row starts, in records. */
  static offsets: usize = 0
  static records: usize = 0
  /** f64 × n: what a node weighs in the null model: its strength (modularity) or its size (CPM). */
  static mass: usize = 0
  /** A community of mass A expects mass_u × A × scale weight to a node u. */
  static scale: f64 = 0
}

export class Work {
  /** Community of each node, below n. */
  static community: usize = 0
  /** 16 bytes a community: f64 total mass, f64 accumulator (0 between nodes): one line holds both. */
  static totals: usize = 0
  /** Nodes of each community. */
  static size: usize = 0
  /** Stack of empty community numbers. */
  static empty: usize = 0
  static empties: u32 = 0
  /** u8 × n: 1 where a neighbour has moved since the last visit. */
  static dirty: usize = 0
  /** Communities met around one node; also scratch of n + 1 elsewhere. */
  static seen: usize = 0
  /** Order in which blocks of nodes are swept. */
  static blocks: usize = 0
  /** Nodes sorted by community, and each node's place there. */
  static members: usize = 0
  static place: usize = 0
  /** n + 1: where each community begins in members. */
  static start: usize = 0
  /** Nodes sorted by part; n + 1: where each part begins there; part of each node; community of each part. */
  static byPart: usize = 0
  static partStart: usize = 0
  static part: usize = 0
  static partCommunity: usize = 0
  static parts: u32 = 0
  /** 32 bytes for each member of the community at work, see refine.ts. */
  static local: usize = 0
}

export function setLevel(n: u32, offsets: usize, records: usize, mass: usize, scale: f64): void {
  Level.n = n
  Level.offsets = offsets
  Level.records = records
  Level.mass = mass
  Level.scale = scale
}

/** Lays out the work arrays for levels of up to n nodes from `at` up and returns the end. Touches no memory. */
export function setWork(at: usize, n: u32): usize {
  const words = (<usize>n + 1) << 2
  const eight = ~(<usize>7)
  Work.totals = at
  at += <usize>n << 4
  Work.local = at
  at += <usize>n << 5
  Work.community = at
  at += words
  Work.size = at
  at += words
  Work.empty = at
  at += words
  Work.seen = at
  at += words
  Work.blocks = at
  at += ((<usize>n >> BLOCK_BITS) + 2) << 2
  Work.members = at
  at += words
  Work.place = at
  at += words
  Work.start = at
  at += words
  Work.byPart = at
  at += words
  Work.partStart = at
  at += words
  Work.part = at
  at += words
  Work.partCommunity = at
  at += words
  Work.dirty = at
  at += <usize>n
  return (at + 7) & eight
}

/** Nodes of a block are swept together, so that a sweep streams through memory. */
export const BLOCK_BITS: u32 = 8

// The host asks where things are.
export function community(): usize {
  return Work.community
}
export function part(): usize {
  return Work.part
}
export function partCount(): u32 {
  return Work.parts
}

@inline
export function get(array: usize, i: u32): u32 {
  return load<u32>(array + (<usize>i << 2))
}
@inline
export function put(array: usize, i: u32, value: u32): void {
  store<u32>(array + (<usize>i << 2), value)
}
@inline
export function real(array: usize, i: u32): f64 {
  return load<f64>(array + (<usize>i << 3))
}
@inline
export function setReal(array: usize, i: u32, value: f64): void {
  store<f64>(array + (<usize>i << 3), value)
}
