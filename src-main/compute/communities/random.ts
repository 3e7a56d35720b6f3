/**
 * Random numbers that a seed determines on every machine: sfc32 (Chris Doty-Humphrey, PractRand), 32-bit integers
 * only.
 */
export class Random {
  private a: number
  private b: number
  private c = 0x9e3779b9 | 0
  private d = 1

  constructor(seed: number) {
    this.a = seed | 0
    this.b = Math.floor(seed / 4294967296) | 0
    for (let i = 0; i < 12; i++) this.u32()
  }

  /** Uniform integer in [0, 2^32). */
  u32(): number {
    const t = (((this.a + this.b) | 0) + this.d) | 0
    this.d = (this.d + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = (this.c << 21) | (this.c >>> 11)
    this.c = (this.c + t) | 0
    return t >>> 0
  }

  /** Uniform in [0, 1). */
  next(): number {
    return this.u32() / 4294967296
  }

  /** Uniform integer in [0, n). */
  int(n: number): number {
    return Math.floor(this.next() * n)
  }

  /** The numbers 0..n-1 in random order (Fisher–Yates). */
  permutation(n: number): Uint32Array {
    const order = new Uint32Array(n)
    for (let i = 0; i < n; i++) order[i] = i
    for (let i = n - 1; i > 0; i--) {
      const j = this.int(i + 1)
      const swap = order[i]
      order[i] = order[j]
      order[j] = swap
    }
    return order
  }
}
