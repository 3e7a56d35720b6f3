/** Parallel columns of (a, b, value) rows; columns may be longer than `length`. */
export interface Pairs {
  /** Rows in use. */
  readonly length: number
  readonly a: Uint32Array
  readonly b: Uint32Array
  readonly value: Float64Array
}

/** Stable counting sort of `order` (row numbers) by key[row]; keys lie in [0, keyCount). */
function countingSort(order: Uint32Array, key: Uint32Array, keyCount: number): Uint32Array {
  const start = new Uint32Array(keyCount + 1)
  for (let i = 0; i < order.length; i++) start[key[order[i]] + 1]++
  for (let k = 0; k < keyCount; k++) start[k + 1] += start[k]
  const sorted = new Uint32Array(order.length)
  for (let i = 0; i < order.length; i++) {
    const row = order[i]
    sorted[start[key[row]]++] = row
  }
  return sorted
}

/**
 * Row numbers of the pairs in ascending (a, b), equal pairs in their order of arrival. Two counting sorts,
 * O(rows + aCount + bCount).
 */
export function sortPairs(pairs: Pairs, aCount: number, bCount: number): Uint32Array {
  const order = new Uint32Array(pairs.length)
  for (let i = 0; i < order.length; i++) order[i] = i
  return countingSort(countingSort(order, pairs.b, bCount), pairs.a, aCount)
}

/**
 * A growing table of (a, b, value) rows that folds equal pairs together whenever it is full, so that a million
 * repeated logins of the same account from the same device cost one row: memory follows the distinct pairs and
 * not the facts. No object and no string is made per row.
 */
export class PairTable {
  private a: Uint32Array
  private b: Uint32Array
  private value: Float64Array
  private length = 0
  private readonly aCount: number
  private readonly bCount: number
  private readonly fold: 'sum' | 'max'

  /** a in [0, aCount), b in [0, bCount); `fold` says what equal pairs' values become. */
  constructor(aCount: number, bCount: number, fold: 'sum' | 'max', capacity = 1 << 16) {
    this.aCount = aCount
    this.bCount = bCount
    this.fold = fold
    this.a = new Uint32Array(capacity)
    this.b = new Uint32Array(capacity)
    this.value = new Float64Array(capacity)
  }

  push(a: number, b: number, value: number): void {
    if (this.length === this.a.length) this.makeRoom()
    const i = this.length++
    this.a[i] = a
    this.b[i] = b
    this.value[i] = value
  }

  /** The distinct pairs in ascending (a, b). The table stays usable. */
  distinct(): Pairs {
    this.compact(this.length)
    return { length: this.length, a: this.a, b: this.b, value: this.value }
  }

  private makeRoom(): void {
    const capacity = this.a.length
    // Growing is cheap beside sorting: sort only when folding may win back half of the room.
    this.compact(capacity)
    if (this.length > capacity / 2) this.grow(capacity * 2)
  }

  private grow(capacity: number): void {
    const { a, b, value } = this
    this.a = new Uint32Array(capacity)
    this.b = new Uint32Array(capacity)
    this.value = new Float64Array(capacity)
    this.a.set(a.subarray(0, this.length))
    this.b.set(b.subarray(0, this.length))
    this.value.set(value.subarray(0, this.length))
  }

  private compact(capacity: number): void {
    const order = sortPairs(
      { length: this.length, a: this.a, b: this.b, value: this.value },
      this.aCount,
      this.bCount,
    )
    const a = new Uint32Array(capacity)
    const b = new Uint32Array(capacity)
    const value = new Float64Array(capacity)
    let n = 0
    for (let i = 0; i < order.length; i++) {
      const row = order[i]
      const v = this.value[row]
      if (n > 0 && a[n - 1] === this.a[row] && b[n - 1] === this.b[row]) {
        if (this.fold === 'sum') value[n - 1] += v
        else if (v > value[n - 1]) value[n - 1] = v
        continue
      }
      a[n] = this.a[row]
      b[n] = this.b[row]
      value[n++] = v
    }
    this.a = a
    this.b = b
    this.value = value
    this.length = n
  }
}
