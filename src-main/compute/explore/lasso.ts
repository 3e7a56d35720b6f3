import { add, emptySet, forEachRow, type Bitset } from './bitset.ts'
import { NO_PLACE, type RunColumns } from './runs.ts'

/**
 * Which of the rows lie inside a polygon of layout coordinates (flat x, y, x, y …; the last point joins the first). Even–odd rule:
 * where a drawn line crosses itself, twice inside is outside. Points that are not placed lie nowhere.
 */
export function insidePolygon(
  { X, Y, frame }: Pick<RunColumns, 'X' | 'Y' | 'frame'>,
  polygon: readonly number[],
  among: Bitset,
): Bitset {
  const found = emptySet(X.length)
  const corners = polygon.length >> 1
  const px = new Float64Array(corners)
  const py = new Float64Array(corners)
  for (let k = 0; k < corners; k++) {
    px[k] = ((polygon[2 * k] - frame.left) / frame.width) * 0xffff
    py[k] = ((polygon[2 * k + 1] - frame.top) / frame.height) * 0xffff
  }
  const left = px.reduce((a, b) => Math.min(a, b), Infinity)
  const right = px.reduce((a, b) => Math.max(a, b), -Infinity)
  const top = py.reduce((a, b) => Math.min(a, b), Infinity)
  const bottom = py.reduce((a, b) => Math.max(a, b), -Infinity)
  forEachRow(among, (r) => {
    const x = X[r]
    const y = Y[r]
    if (x === NO_PLACE || x < left || x > right || y < top || y > bottom) return
    let inside = false
    for (let k = 0, j = corners - 1; k < corners; j = k++) {
      if (py[k] > y === py[j] > y) continue
      if (x < ((px[j] - px[k]) * (y - py[k])) / (py[j] - py[k]) + px[k]) inside = !inside
    }
    if (inside) add(found, r)
  })
  return found
}
