/** Sets of rows as bits: bit i & 31 of word i >> 5 is row i. On little-endian machines, bit i & 7 of byte i >> 3 too. */
export type Bitset = Uint32Array

export const emptySet = (n: number): Bitset => new Uint32Array((n + 31) >>> 5)

export function fullSet(n: number): Bitset {
  const bits = emptySet(n).fill(0xffffffff)
  if ((n & 31) !== 0) bits[bits.length - 1] = 2 ** (n & 31) - 1
  return bits
}

export const has = (bits: Bitset, row: number): boolean => ((bits[row >>> 5] >>> (row & 31)) & 1) === 1

export function add(bits: Bitset, row: number): void {
  bits[row >>> 5] |= 1 << (row & 31)
}

/** Keeps in `into` what is in `other` as well. */
export function intersect(into: Bitset, other: Bitset): void {
  for (let w = 0; w < into.length; w++) into[w] &= other[w]
}

export function unite(into: Bitset, other: Bitset): void {
  for (let w = 0; w < into.length; w++) into[w] |= other[w]
}

/** Every row below n that is not in the set. */
export function complement(bits: Bitset, n: number): Bitset {
  const all = fullSet(n)
  for (let w = 0; w < all.length; w++) all[w] &= ~bits[w]
  return all
}

export function count(bits: Bitset): number {
  let sum = 0
  for (let w = 0; w < bits.length; w++) {
    let v = bits[w]
    v -= (v >>> 1) & 0x55555555
    v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
    sum += Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
  }
  return sum
}

/** Calls with every row of the set, ascending. */
export function forEachRow(bits: Bitset, use: (row: number) => void): void {
  for (let w = 0; w < bits.length; w++) {
    let word = bits[w]
    while (word !== 0) {
      const low = word & -word
      use((w << 5) + 31 - Math.clz32(low))
      word ^= low
    }
  }
}

/** The first ceil(n / 8) bytes, as they cross to a view. */
export const bytesOfSet = (bits: Bitset, n: number): Uint8Array =>
  new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength).slice(0, (n + 7) >>> 3)
