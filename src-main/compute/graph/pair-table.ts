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
 * no string is made per row. Rows wait in pages, which never move; folding takes one stable counting sort by a, after
 * which the pages are free, and a stable sort of each a's few rows by b: 28 bytes a row at its peak, or 20 where all rows
 * have the same value, and 4 for each possible a.
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
    const pairs = this.folding()
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

  private folding(): Pairs {
    const { aCount, bCount, fold } = this
    const constant = this.constant ?? 0
    const valued = this.pages.some((p) => p.value !== null)
    let total = 0
    const start = new Uint32Array(aCount + 1)
    for (const { a, length } of this.pages) {
      total += length
      for (let i = 0; i < length; i++) start[a[i] + 1]++
    }
    for (let k = 0; k < aCount; k++) start[k + 1] += start[k]
    // By a, in order of arrival.
    const b = new Uint32Array(total)
    const value = new Float64Array(total)
    for (const { a, b: unsorted, value: own, length } of this.pages) {
      for (let i = 0; i < length; i++) {
        const at = start[a[i]]++
        b[at] = unsorted[i]
        if (valued) value[at] = own === null ? constant : own[i]
      }
    }
    this.pages = []
    this.last = page(0, false)
    // start[k] is now where the rows of a = k end. Each is sorted by b and folded.
    const a = new Uint32Array(total)
    let n = 0
    for (let k = 0, i = 0; k < aCount; k++) {
      const end = start[k]
      if (i === end) continue
      if (valued) sortValued(b, value, i, end, bCount)
      else sortAlone(b, i, end)
      const first = n
      for (; i < end; i++) {
        const v = valued ? value[i] : constant
        if (n > first && b[n - 1] === b[i]) {
          if (fold === 'sum') value[n - 1] += v
          else if (v > value[n - 1]) value[n - 1] = v
          continue
        }
        a[n] = k
        b[n] = b[i]
        value[n++] = v
      }
    }
    return { length: n, a, b, value }
  }
}

/** Sorts column[from .. to) ascending. */
function sortAlone(column: Uint32Array, from: number, to: number): void {
  if (to - from > SHORT_ROW) {
    column.subarray(from, to).sort()
    return
  }
  for (let i = from + 1; i < to; i++) {
    const key = column[i]
    let j = i - 1
    for (; j >= from && column[j] > key; j--) column[j + 1] = column[j]
    column[j + 1] = key
  }
}

/** Sorts column[from .. to) ascending with its values; equal ones stay in their order. */
function sortValued(
  column: Uint32Array,
  value: Float64Array,
  from: number,
  to: number,
  keyCount: number,
): void {
  const length = to - from
  if (length > SHORT_ROW) {
    // Key and place in one number where both fit: numbers sort faster than a comparison of two columns.
    const place = 2 ** Math.ceil(Math.log2(length))
    if (keyCount * place <= Number.MAX_SAFE_INTEGER) {
      const keys = new Float64Array(length)
      for (let i = 0; i < length; i++) keys[i] = column[from + i] * place + i
      keys.sort()
      const values = value.slice(from, to)
      for (let i = 0; i < length; i++) {
        const key = Math.floor(keys[i] / place)
        column[from + i] = key
        value[from + i] = values[keys[i] - key * place]
      }
      return
    }
    const order = Uint32Array.from({ length }, (_, i) => from + i).sort(
      (x, y) => column[x] - column[y] || x - y,
    )
    column.set(
      order.map((i) => column[i]),
      from,
    )
    value.set(
      Float64Array.from(order, (i) => value[i]),
      from,
    )
    return
  }
  for (let i = from + 1; i < to; i++) {
    const key = column[i]
    if (column[i - 1] <= key) continue
    const own = value[i]
    let j = i - 1
    for (; j >= from && column[j] > key; j--) {
      column[j + 1] = column[j]
      value[j + 1] = value[j]
    }
    column[j + 1] = key
    value[j + 1] = own
  }
}
