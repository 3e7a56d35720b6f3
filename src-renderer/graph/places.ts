import type { Places } from '../../src-main/common/contract/explore.ts'

/** No community in `Places.community`. */
export const NO_COMMUNITY = 0xffffffff
const FULL = 65535
/** Rows between two chances to stop while the grid is filled. */
const STEP = 16_384

/**
 * All accounts' places with a grid for finding the one under the pointer. The grid is filled by `build`, slice by
 * slice; until then nothing is found.
 */
export class PlacesIndex {
  readonly places: Places
  /** Cells along one side; a power of two. */
  private readonly side: number
  private readonly shift: number
  /** Rows sorted by cell, and where each cell begins. */
  private order: Uint32Array | null = null
  private readonly starts: Uint32Array
  /** The fullest cell's accounts, for what density is "much". */
  densest = 0

  constructor(places: Places) {
    this.places = places
    const wanted = Math.ceil(Math.log2(Math.max(16, Math.sqrt(places.n / 4))))
    const bits = Math.min(9, wanted)
    this.side = 1 << bits
    this.shift = 16 - bits
    this.starts = new Uint32Array(this.side * this.side + 1)
  }

  get cellArea(): number {
    const { width, height } = this.places
    return (width * height) / (this.side * this.side)
  }

  /** Sorts the accounts into cells; to be run to its end, after which it has nothing to do. */
  *build(): Generator<void> {
    const { X, Y, n } = this.places
    const { starts, shift, side } = this
    if (this.order) return
    // It may have been stopped on the way.
    starts.fill(0)
    this.densest = 0
    for (let i = 0; i < n; i++) {
      starts[(Y[i]! >> shift) * side + (X[i]! >> shift) + 1]!++
      if (i % STEP === 0) yield
    }
    for (let cell = 1; cell < starts.length; cell++) {
      if (starts[cell]! > this.densest) this.densest = starts[cell]!
      starts[cell]! += starts[cell - 1]!
      if (cell % STEP === 0) yield
    }
    const at = starts.slice(0, -1)
    const order = new Uint32Array(n)
    for (let i = 0; i < n; i++) {
      order[at[(Y[i]! >> shift) * side + (X[i]! >> shift)]!++] = i
      if (i % STEP === 0) yield
    }
    this.order = order
  }

  /** Row of an account id, -1 when it has no place. Ids ascend. */
  rowOf(accountId: number): number {
    const ids = this.places.accountId
    let low = 0
    let high = ids.length - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const id = ids[middle]!
      if (id === accountId) return middle
      if (id < accountId) low = middle + 1
      else high = middle - 1
    }
    return -1
  }

  /** Layout coordinates of a row. */
  at(row: number): { x: number; y: number } {
    const { X, Y, left, top, width, height } = this.places
    return { x: left + (X[row]! / FULL) * width, y: top + (Y[row]! / FULL) * height }
  }

  /** The row nearest to a place within `radius` (layout units) that `shown` lets through, -1 where there is none. */
  nearest(x: number, y: number, radius: number, shown: (row: number) => boolean = () => true): number {
    const { order, starts, shift, side } = this
    if (!order) return -1
    const { X, Y, left, top, width, height } = this.places
    const cellOf = (value: number, from: number, extent: number) =>
      Math.max(0, Math.min(side - 1, Math.floor(((value - from) / (extent || 1)) * FULL) >> shift))
    const x0 = cellOf(x - radius, left, width)
    const x1 = cellOf(x + radius, left, width)
    const y0 = cellOf(y - radius, top, height)
    const y1 = cellOf(y + radius, top, height)
    let best = -1
    let bestSquare = radius * radius
    for (let cy = y0; cy <= y1; cy++) {
      for (let k = starts[cy * side + x0]!; k < starts[cy * side + x1 + 1]!; k++) {
        const row = order[k]!
        const dx = left + (X[row]! / FULL) * width - x
        const dy = top + (Y[row]! / FULL) * height - y
        const square = dx * dx + dy * dy
        if ((square < bestSquare || (square === bestSquare && best < 0)) && shown(row)) {
          best = row
          bestSquare = square
        }
      }
    }
    return best
  }
}

/** Whether bit `row` is set; an empty mask has every bit. */
export function inMask(bits: Uint8Array | null, row: number): boolean {
  return bits === null || bits.length === 0 || (bits[row >> 3]! & (1 << (row & 7))) !== 0
}
