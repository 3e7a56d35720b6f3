/**
 * A hash table from (scope, bytes) to a positive 32-bit id, in typed arrays.
 *
 * Why not a Map of strings: looking a field of a row up needs no string at all here, and a million keys cost
 * about 60 MB instead of 150. Open addressing, linear probing, load at most four fifths. The hash is seeded per
 * process so that a file can't be made to collide.
 */
const SEED = (Math.random() * 0x7fffffff) | 0

/** Numbers of a slot: hash, id (0: the slot is free), scope, length, and INLINE bytes of the key. */
const STRIDE = 9
const KEY_AT = 4 * 4
/**
 * Keys up to this length lie in their slot: at a million keys every further place that is looked at is a cache miss, which
 * is all that a look costs. Of longer ones the first number says where in the arena they begin.
 */
const INLINE = 4 * STRIDE - KEY_AT

/** Segments of a table, which grow one at a time: a large one is never there twice. A power of two. */
const SEGMENTS = 64
const SEGMENT_BITS = 6
/** By how much a segment grows. */
const GROWTH = 1.25

class Segment {
  size = 0
  capacity = 16
  slots = new Int32Array(STRIDE * 16)
  bytes = new Uint8Array(this.slots.buffer)
}

export class KeyTable {
  size = 0
  private readonly segments = Array.from({ length: SEGMENTS }, () => new Segment())
  private arena = Buffer.allocUnsafe(4 * 1024)
  private used = 0

  /** The id of the key, 0 if it isn't here. */
  get(scope: number, bytes: Uint8Array, start: number, end: number): number {
    const hash = hashOf(scope, bytes, start, end)
    const segment = this.segments[hash >>> (32 - SEGMENT_BITS)]!
    const { slots, capacity } = segment
    const length = end - start
    for (let slot = placeOf(hash, capacity); ; slot = slot + 1 === capacity ? 0 : slot + 1) {
      const at = STRIDE * slot
      const id = slots[at + 1]
      if (id === 0) return 0
      if (slots[at] !== hash || slots[at + 3] !== length || slots[at + 2] !== scope) continue
      let key: Uint8Array = segment.bytes
      let from = 4 * at + KEY_AT
      if (length > INLINE) {
        key = this.arena
        from = slots[at + 4] >>> 0
      }
      let i = 0
      while (i < length && key[from + i] === bytes[start + i]) i++
      if (i === length) return id >>> 0
    }
  }

  /** Adds a key that is not here yet. `id` is positive. Throws RangeError beyond 4 GiB of long keys. */
  add(scope: number, bytes: Uint8Array, start: number, end: number, id: number): void {
    const hash = hashOf(scope, bytes, start, end)
    const segment = this.segments[hash >>> (32 - SEGMENT_BITS)]!
    if (5 * segment.size >= 4 * segment.capacity) grow(segment)
    segment.size++
    this.size++
    const { slots } = segment
    const at = STRIDE * free(segment, hash)
    slots[at] = hash
    slots[at + 1] = id
    slots[at + 2] = scope
    slots[at + 3] = end - start
    if (end - start <= INLINE) {
      const key = segment.bytes
      for (let i = start, to = 4 * at + KEY_AT; i < end; i++, to++) key[to] = bytes[i]
    } else slots[at + 4] = this.keep(bytes, start, end)
  }

  /** Puts a long key into the arena; where it begins. */
  private keep(bytes: Uint8Array, start: number, end: number): number {
    const from = this.used
    const to = from + (end - start)
    if (to > this.arena.length) {
      if (to > 0xffffffff) throw new RangeError('The long keys of an import take more than 4 GiB.')
      const grown = Buffer.allocUnsafe(Math.min(Math.max(to, Math.ceil(this.arena.length * 1.5)), 0xffffffff))
      this.arena.copy(grown, 0, 0, from)
      this.arena = grown
    }
    this.arena.set(bytes.subarray(start, end), from)
    this.used = to
    return from
  }
}

function free({ slots, capacity }: Segment, hash: number): number {
  let slot = placeOf(hash, capacity)
  while (slots[STRIDE * slot + 1] !== 0) slot = slot + 1 === capacity ? 0 : slot + 1
  return slot
}

/** More slots. No key is read again. */
function grow(segment: Segment): void {
  const old = segment.slots
  segment.capacity = Math.ceil(segment.capacity * GROWTH)
  segment.slots = new Int32Array(STRIDE * segment.capacity)
  segment.bytes = new Uint8Array(segment.slots.buffer)
  for (let at = 0; at < old.length; at += STRIDE) {
    if (old[at + 1] === 0) continue
    const to = STRIDE * free(segment, old[at])
    for (let i = 0; i < STRIDE; i++) segment.slots[to + i] = old[at + i]
  }
  // Frees it now: the collector would let several generations of a table lie.
  old.buffer.transfer(0)
}

/**
 * Where the search for a hash begins, in any number of slots (Lemire 2019, 'Fast random integer generation'), by the bits that did
 * not choose the segment.
 */
function placeOf(hash: number, capacity: number): number {
  return Math.floor((((hash << SEGMENT_BITS) >>> 0) / 0x100000000) * capacity)
}

/** FNV-1a over the bytes with murmur3's finish, so that the low bits are good enough to probe by. */
function hashOf(scope: number, bytes: Uint8Array, start: number, end: number): number {
  let h = SEED ^ Math.imul(scope + 1, 0x9e3779b1)
  for (let i = start; i < end; i++) h = Math.imul(h ^ bytes[i], 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
