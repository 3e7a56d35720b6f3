import type { Points } from './points.ts'

/**
 * Calls `visit` once for every pair of discs whose squares meet, from a grid whose cells are about as wide as a
 * typical disc. A disc is filed in every cell its square meets, so large discs among thousands of small ones cost
 * little. `visit` may move the discs: pairs are those of the positions at the start. Deterministic order. O(discs +
 * pairs) for discs of similar sizes.
 */
export function forEachMeetingPair(
  points: Points,
  radius: Float64Array,
  visit: (i: number, j: number) => void,
): void {
  const n = radius.length
  if (n < 2) return
  const left = new Float64Array(n)
  const low = new Float64Array(n)
  let [x0, y0, x1, y1, sum] = [Infinity, Infinity, -Infinity, -Infinity, 0]
  for (let i = 0; i < n; i++) {
    const r = radius[i]
    left[i] = points.x[i] - r
    low[i] = points.y[i] - r
    if (left[i] < x0) x0 = left[i]
    if (low[i] < y0) y0 = low[i]
    if (points.x[i] + r > x1) x1 = points.x[i] + r
    if (points.y[i] + r > y1) y1 = points.y[i] + r
    sum += r
  }
  // As wide as a typical disc, but never so many cells that the empty ones cost more than the discs.
  const most = Math.sqrt(((x1 - x0) * (y1 - y0)) / (4 * n + 1024))
  const cell = Math.max((2 * sum) / n, most, (x1 - x0) / 30_000, (y1 - y0) / 30_000, 1e-9)
  const columns = Math.floor((x1 - x0) / cell) + 1
  const rows = Math.floor((y1 - y0) / cell) + 1
  const start = new Uint32Array(columns * rows + 1)
  const forEachCell = (i: number, file: (c: number) => void): void => {
    const from = Math.floor((left[i] - x0) / cell)
    const to = Math.min(columns - 1, Math.floor((left[i] + 2 * radius[i] - x0) / cell))
    const below = Math.floor((low[i] - y0) / cell)
    const above = Math.min(rows - 1, Math.floor((low[i] + 2 * radius[i] - y0) / cell))
    for (let cx = from; cx <= to; cx++) for (let cy = below; cy <= above; cy++) file(cx * rows + cy)
  }
  for (let i = 0; i < n; i++) forEachCell(i, (c) => void start[c + 1]++)
  for (let c = 0; c < columns * rows; c++) start[c + 1] += start[c]
  const cursor = start.slice()
  const filed = new Uint32Array(start[columns * rows])
  for (let i = 0; i < n; i++)
    forEachCell(i, (c) => {
      filed[cursor[c]++] = i
    })
  for (let c = 0; c < columns * rows; c++) {
    for (let a = start[c] + 1; a < start[c + 1]; a++) {
      const j = filed[a]
      for (let b = start[c]; b < a; b++) {
        const i = filed[b]
        // Once only: in the cell that holds the lower left corner of their common part.
        const cx = Math.floor((Math.max(left[i], left[j]) - x0) / cell)
        const cy = Math.floor((Math.max(low[i], low[j]) - y0) / cell)
        if (cx * rows + cy === c) visit(i, j)
      }
    }
  }
}
