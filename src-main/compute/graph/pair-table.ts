/** Parallel columns of (a, b, value) rows; columns may be longer than `length`. */
export interface Pairs {
  /** Rows in use. */
  readonly length: number
  readonly a: Uint32Array
  readonly b: Uint32Array
  readonly value: Float64Array
}

interface Page {
  a: Uint32Array
  b: Uint32Array
  value: Float64Array
  length: number
}

const FIRST_PAGE_ROWS = 1 << 10
const MOST_PAGE_ROWS = 1 << 18
/** Rows that wait to be folded: 128 MB. */
const FOLD_ROWS = 1 << 23

const page = (rows: number): Page => ({
  a: new Uint32Array(rows),
  b: new Uint32Array(rows),
  value: new Float64Array(rows),
  length: 0,
})

/**
 * A growing table of (a, b, value) rows that folds equal pairs together, so that a million repeated logins of the
 * same account from the same device cost one row: memory follows the distinct pairs and not the facts. No object and
 * no string is made per row. Rows wait in pages, which never move; folding takes two stable counting sorts, the first
 * of which frees the pages, so at its peak it holds 28 bytes for a row and 4 for each possible a and b.
 */
export class PairTable {
  private pages: Page[] = []
  private last: Page = page(0)
  private rows = 0
  /** Rows known to be distinct: what the last folding left. */
  private folded = 0
  private readonly aCount: number
  private readonly bCount: number
  private readonly fold: 'sum' | 'max'
  private readonly foldRows: number

  /** a in [0, aCount), b in [0, bCount); `fold` says what equal pairs' values become, in order of arrival. */
  constructor(aCount: number, bCount: number, fold: 'sum' | 'max', foldRows = FOLD_ROWS) {
    this.aCount = aCount
    this.bCount = bCount
    this.fold = fold
    this.foldRows = foldRows
  }

  push(a: number, b: number, value: number): void {
    if (this.last.length === this.last.a.length) this.makeRoom()
    const { last } = this
    const i = last.length++
    last.a[i] = a
    last.b[i] = b
    last.value[i] = value
  }

  /** The distinct pairs in ascending (a, b). The table stays usable. */
  distinct(): Pairs {
    return this.compact()
  }

  private makeRoom(): void {
    this.rows += this.last.length
    const waiting = this.rows - this.folded
    if (waiting >= Math.max(this.foldRows, 2 * this.folded)) this.compact()
    const rows = Math.min(MOST_PAGE_ROWS, this.foldRows, Math.max(FIRST_PAGE_ROWS, this.rows))
    this.last = page(rows)
    this.pages.push(this.last)
    // `rows` counts full pages only.
  }

  private compact(): Pairs {
    const { aCount, bCount, fold } = this
    let total = 0
    const start = new Uint32Array(bCount + 1)
    for (const { b, length } of this.pages) {
      total += length
      for (let i = 0; i < length; i++) start[b[i] + 1]++
    }
    for (let k = 0; k < bCount; k++) start[k + 1] += start[k]
    // By b, in order of arrival: b itself is known from the bounds.
    const sortedA = new Uint32Array(total)
    const sortedValue = new Float64Array(total)
    const aStart = new Uint32Array(aCount + 1)
    for (const { a, b, value, length } of this.pages) {
      for (let i = 0; i < length; i++) {
        const at = start[b[i]]++
        sortedA[at] = a[i]
        sortedValue[at] = value[i]
        aStart[a[i] + 1]++
      }
    }
    this.pages = []
    this.last = page(0)
    for (let k = 0; k < aCount; k++) aStart[k + 1] += aStart[k]
    // Then by a; start[k] is now where the rows of b = k end.
    const b = new Uint32Array(total)
    const value = new Float64Array(total)
    for (let k = 0, i = 0; k < bCount; k++) {
      for (const end = start[k]; i < end; i++) {
        const at = aStart[sortedA[i]]++
        b[at] = k
        value[at] = sortedValue[i]
      }
    }
    // sortedA is free now and as long as needed.
    const a = sortedA
    let n = 0
    for (let k = 0, i = 0; k < aCount; k++) {
      const first = n
      for (const end = aStart[k]; i < end; i++) {
        if (n > first && b[n - 1] === b[i]) {
          if (fold === 'sum') value[n - 1] += value[i]
          else if (value[i] > value[n - 1]) value[n - 1] = value[i]
          continue
        }
        a[n] = k
        b[n] = b[i]
        value[n++] = value[i]
      }
    }
    this.folded = n
    this.rows = n
    this.last = { a: a.subarray(0, n), b: b.subarray(0, n), value: value.subarray(0, n), length: n }
    this.pages = n === 0 ? [] : [this.last]
    return { length: n, a, b, value }
  }
}
