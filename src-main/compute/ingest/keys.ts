/**
 * A hash table from (scope, bytes) to a positive 32-bit id, in typed arrays and one byte arena.
 *
 * Why not a Map of strings: looking a field of a row up needs no string at all here, and a million keys cost
 * about 30 MB instead of 150. Open addressing, linear probing, load at most two thirds. The hash is seeded per
 * process so that a file can't be made to collide.
 */
const SEED = (Math.random() * 0x7fffffff) | 0

export class KeyTable {
  size = 0
  private mask: number
  /**
   * Two numbers a slot: entry + 1 (0 is free), and the key's hash. What one look needs lies together: at a million keys
   * every array that is touched is a cache miss, which is what a look costs.
   */
  private slots: Int32Array
  /** Four numbers an entry: scope, id, where its bytes start in the arena, how many they are. */
  private entries = new Uint32Array(4 * 1024)
  private arena = Buffer.allocUnsafe(16 * 1024)
  private used = 0

  constructor() {
    this.mask = 2047
    this.slots = new Int32Array(2 * 2048)
  }

  /** The id of the key, 0 if it isn't here. */
  get(scope: number, bytes: Uint8Array, start: number, end: number): number {
    const hash = hashOf(scope, bytes, start, end)
    const { slots, mask, entries, arena } = this
    const length = end - start
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[2 * slot] - 1
      if (entry < 0) return 0
      if (slots[2 * slot + 1] !== hash) continue
      const at = 4 * entry
      if (entries[at] !== scope || entries[at + 3] !== length) continue
      const from = entries[at + 2]
      let i = 0
      while (i < length && arena[from + i] === bytes[start + i]) i++
      if (i === length) return entries[at + 1]
    }
  }

  /** Adds a key that is not here yet. `id` is positive. Throws RangeError beyond 4 GiB of keys. */
  add(scope: number, bytes: Uint8Array, start: number, end: number, id: number): void {
    const at = 4 * this.size
    if (at === this.entries.length) {
      const grown = new Uint32Array(at < 1 << 20 ? at * 2 : 4 * Math.ceil(this.size * 1.4))
      grown.set(this.entries)
      this.entries = grown
    }
    const entry = this.size++
    const from = this.used
    const to = from + (end - start)
    if (to > this.arena.length) {
      if (to > 0xffffffff) throw new RangeError('The keys of an import take more than 4 GiB.')
      const grown = Buffer.allocUnsafe(Math.min(Math.max(to, Math.ceil(this.arena.length * 1.5)), 0xffffffff))
      this.arena.copy(grown, 0, 0, from)
      this.arena = grown
    }
    for (let i = start, o = from; i < end; i++, o++) this.arena[o] = bytes[i]
    this.used = to
    const { entries } = this
    entries[at] = scope
    entries[at + 1] = id
    entries[at + 2] = from
    entries[at + 3] = end - start
    if (this.size * 3 > this.mask * 2) this.grow()
    this.place(hashOf(scope, bytes, start, end), entry)
  }

  private place(hash: number, entry: number): void {
    const { slots, mask } = this
    let slot = hash & mask
    while (slots[2 * slot] !== 0) slot = (slot + 1) & mask
    slots[2 * slot] = entry + 1
    slots[2 * slot + 1] = hash
  }

  /** Twice the slots. Their hashes are beside them, so that no key is read again. */
  private grow(): void {
    const old = this.slots
    this.mask = this.mask * 2 + 1
    this.slots = new Int32Array(2 * (this.mask + 1))
    for (let slot = 0; slot < old.length; slot += 2)
      if (old[slot] !== 0) this.place(old[slot + 1], old[slot] - 1)
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
