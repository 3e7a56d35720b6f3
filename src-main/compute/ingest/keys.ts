/**
 * A hash table from (scope, bytes) to a positive 32-bit id, in typed arrays and one byte arena.
 *
 * Why not a Map of strings: looking a field of a row up needs no string at all here, and a million keys cost
 * about 30 MB instead of 150. Open addressing, linear probing, load at most one half. The hash is seeded per
 * process so that a file can't be made to collide.
 */
const SEED = (Math.random() * 0x7fffffff) | 0

export class KeyTable {
  size = 0
  private mask: number
  /** Entry index + 1; 0 is free. */
  private slots: Int32Array
  private hashes = new Int32Array(1024)
  private ids = new Uint32Array(1024)
  private scopes = new Uint32Array(1024)
  /** Where an entry's bytes start in the arena; those of entry i end at offsets[i + 1]. */
  private offsets = new Float64Array(1025)
  private arena = Buffer.allocUnsafe(16 * 1024)

  constructor() {
    this.mask = 2047
    this.slots = new Int32Array(2048)
  }

  /** The id of the key, 0 if it isn't here. */
  get(scope: number, bytes: Uint8Array, start: number, end: number): number {
    const hash = hashOf(scope, bytes, start, end)
    const { slots, mask, hashes, scopes, offsets, arena } = this
    const length = end - start
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot] - 1
      if (entry < 0) return 0
      if (hashes[entry] !== hash || scopes[entry] !== scope) continue
      const from = offsets[entry]
      if (offsets[entry + 1] - from !== length) continue
      let i = 0
      while (i < length && arena[from + i] === bytes[start + i]) i++
      if (i === length) return this.ids[entry]
    }
  }

  /** Adds a key that is not here yet. `id` is positive. */
  add(scope: number, bytes: Uint8Array, start: number, end: number, id: number): void {
    if (this.size === this.hashes.length) this.growEntries()
    const entry = this.size++
    const hash = hashOf(scope, bytes, start, end)
    const from = this.offsets[entry]
    const to = from + (end - start)
    if (to > this.arena.length) {
      const grown = Buffer.allocUnsafe(Math.max(to, this.arena.length * 2))
      this.arena.copy(grown, 0, 0, from)
      this.arena = grown
    }
    for (let i = start, o = from; i < end; i++, o++) this.arena[o] = bytes[i]
    this.offsets[entry + 1] = to
    this.hashes[entry] = hash
    this.scopes[entry] = scope
    this.ids[entry] = id
    if (this.size * 2 > this.mask) this.rehash()
    else this.place(hash, entry)
  }

  private place(hash: number, entry: number): void {
    let slot = hash & this.mask
    while (this.slots[slot] !== 0) slot = (slot + 1) & this.mask
    this.slots[slot] = entry + 1
  }

  private growEntries(): void {
    const n = this.size * 2
    const copy = <T extends Int32Array | Uint32Array | Float64Array>(old: T, fresh: T): T => (
      fresh.set(old),
      fresh
    )
    this.hashes = copy(this.hashes, new Int32Array(n))
    this.ids = copy(this.ids, new Uint32Array(n))
    this.scopes = copy(this.scopes, new Uint32Array(n))
    this.offsets = copy(this.offsets, new Float64Array(n + 1))
  }

  private rehash(): void {
    this.mask = this.mask * 2 + 1
    this.slots = new Int32Array(this.mask + 1)
    for (let entry = 0; entry < this.size; entry++) this.place(this.hashes[entry], entry)
  }
}

/** FNV-1a over the bytes with murmur3's finish, so that the low bits are good enough to probe by. */
function hashOf(scope: number, bytes: Uint8Array, start: number, end: number): number {
  let h = SEED ^ Math.imul(scope + 1, 0x9e3779b1)
  for (let i = start; i < end; i++) h = Math.imul(h ^ bytes[i], 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
