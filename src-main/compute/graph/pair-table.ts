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
  /** null: every row's value is the table's constant. */
  value: Float64Array | null
  length: number
}

const FIRST_PAGE_ROWS = 1 << 10
const MOST_PAGE_ROWS = 1 << 18
/** Rows that wait to be folded: 128 MB. */
const FOLD_ROWS = 1 << 23

/** Rows up to this long are sorted by insertion. */
const SHORT_ROW = 24

const page = (rows: number, valued: boolean): Page => ({
  a: new Uint32Array(rows),
  b: new Uint32Array(rows),
  value: valued ? new Float64Array(rows) : null,
  length: 0,
})

/**
 * A growing table of (a, b, value) rows that folds equal pairs together, so that a million repeated logins of the
 * same account from the same device cost one row: memory follows the distinct pairs and not the facts. No object and
 * no string is made per row. Rows wait in pages, which never move; folding takes two stable counting sorts, the first
 * of which frees the pages, so at its peak it holds 28 bytes for a row and 4 for each possible a and b. Where all rows
 * have the same value, no order of arrival must be kept: one counting sort and short sorts within each a, 16 bytes a row.
 */
export class PairTable {
  private pages: Page[] = []
  private last: Page = page(0, false)
  private rows = 0
  /** Rows known to be distinct: what the last folding left. */
  private folded = 0
  private readonly aCount: number
  private readonly bCount: number
  private readonly fold: 'sum' | 'max'
  private readonly foldRows: number
  private readonly constant: number | null

  /**
   * a in [0, aCount), b in [0, bCount); `fold` says what equal pairs' values become, in order of arrival. A table
   * with a `constant` has that value in every row, whatever is pushed.
   */
  constructor(
    aCount: number,
    bCount: number,
    fold: 'sum' | 'max',
    foldRows = FOLD_ROWS,
    constant: number | null = null,
  ) {
    this.aCount = aCount
    this.bCount = bCount
    this.fold = fold
    this.foldRows = foldRows
    this.constant = constant
  }

  push(a: number, b: number, value: number): void {
    if (this.last.length === this.last.a.length) this.makeRoom()
    const { last } = this
    const i = last.length++
    last.a[i] = a
    last.b[i] = b
    if (last.value !== null) last.value[i] = value
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
    this.last = page(rows, this.constant === null)
    this.pages.push(this.last)
  }

  private compact(): Pairs {
    const valued = this.constant === null || this.pages.some((p) => p.value !== null)
    const pairs = valued ? this.foldValued() : this.foldConstant(this.constant!)
    const { a, b, value, length } = pairs
    this.folded = length
    this.rows = length
    this.last = {
      a: a.subarray(0, length),
      b: b.subarray(0, length),
      value: value.subarray(0, length),
      length,
    }
    this.pages = length === 0 ? [] : [this.last]
    return pairs
  }

  private drop(): void {
    this.pages = []
    this.last = page(0, false)
  }

  private foldValued(): Pairs {
    const { aCount, bCount, fold } = this
    const constant = this.constant ?? 0
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
        sortedValue[at] = value === null ? constant : value[i]
        aStart[a[i] + 1]++
      }
    }
    this.drop()
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
    return { length: n, a, b, value }
  }

  private foldConstant(constant: number): Pairs {
    const { aCount, fold } = this
    let total = 0
    const start = new Uint32Array(aCount + 1)
    for (const { a, length } of this.pages) {
      total += length
      for (let i = 0; i < length; i++) start[a[i] + 1]++
    }
    for (let k = 0; k < aCount; k++) start[k + 1] += start[k]
    const b = new Uint32Array(total)
    for (const page of this.pages) {
      const { a, b: unsorted, length } = page
      for (let i = 0; i < length; i++) b[start[a[i]]++] = unsorted[i]
    }
    this.drop()
    // start[k] is now where the rows of a = k end.
    const a = new Uint32Array(total)
    const value = new Float64Array(total)
    let n = 0
    for (let k = 0, i = 0; k < aCount; k++) {
      const end = start[k]
      if (i === end) continue
      sortRange(b, i, end)
      const first = n
      for (; i < end; i++) {
        if (n > first && b[n - 1] === b[i]) {
          if (fold === 'sum') value[n - 1] += constant
          continue
        }
        a[n] = k
        b[n] = b[i]
        value[n++] = constant
      }
    }
    return { length: n, a, b, value }
  }
}

/** Sorts column[from .. to) ascending. */
function sortRange(column: Uint32Array, from: number, to: number): void {
  if (to - from > SHORT_ROW) {
    column.subarray(from, to).sort()
    return
  }
  for (let i = from + 1; i < to; i++) {
    const value = column[i]
    let j = i - 1
    for (; j >= from && column[j] > value; j--) column[j + 1] = column[j]
    column[j + 1] = value
  }
}
