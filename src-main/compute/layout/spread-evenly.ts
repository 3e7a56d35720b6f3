import type { Wall } from './compact.ts'
import { AXIS_X } from './frame.ts'
import type { Points } from './points.ts'

/** Share of the circle that the discs' area fills. */
const FILL = 0.55

/**
 * Spreads points over a circle (or a box) around the origin so that every disc gets ground in proportion to its area, keeping
 * who is left or right of, above or below whom: the points are halved by area along the longer side of their
 * ground again and again (a k-d split), and the square that results is bent to a disc without changing areas
 * (Shirley & Chiu 1997), or stays a box of 16:10. Force layouts of thousands of nodes pile up in the middle; from there, pushing discs apart
 * would take for ever.
 */
export function spreadEvenly(points: Points, radius: Float64Array, wall: Wall = 'circle'): void {
  const { x, y } = points
  const n = radius.length
  const area = radius.map((r) => Math.PI * r * r)
  const total = area.reduce((sum, a) => sum + a, 0)
  const order = Uint32Array.from(radius, (_, i) => i)
  const side = Math.sqrt(total / FILL)
  const wide = wall === 'box' ? AXIS_X : 1
  const ground = { x: new Float64Array(n), y: new Float64Array(n) }

  const split = (
    from: number,
    to: number,
    left: number,
    low: number,
    width: number,
    height: number,
  ): void => {
    if (to - from === 1) {
      ground.x[order[from]] = left + width / 2
      ground.y[order[from]] = low + height / 2
      return
    }
    const at = width >= height ? x : y
    const own = order.subarray(from, to).sort((i, j) => at[i] - at[j] || i - j)
    let whole = 0
    for (const i of own) whole += area[i]
    let half = area[own[0]]
    let middle = 1
    while (middle < own.length - 1 && half + area[own[middle]] / 2 < whole / 2) half += area[own[middle++]]
    const share = half / whole
    if (width >= height) {
      split(from, from + middle, left, low, width * share, height)
      split(from + middle, to, left + width * share, low, width * (1 - share), height)
    } else {
      split(from, from + middle, left, low, width, height * share)
      split(from + middle, to, left, low + height * share, width, height * (1 - share))
    }
  }
  if (n > 0) split(0, n, (-side * wide) / 2, -side / wide / 2, side * wide, side / wide)

  if (wall === 'box') {
    x.set(ground.x)
    y.set(ground.y)
    return
  }
  const stretch = 2 / Math.sqrt(Math.PI)
  for (let i = 0; i < n; i++) {
    const [a, b] = [ground.x[i], ground.y[i]]
    const flat = Math.abs(a) >= Math.abs(b)
    const reach = (flat ? a : b) * stretch
    const turn = flat ? (a === 0 ? 0 : (Math.PI / 4) * (b / a)) : Math.PI / 2 - (Math.PI / 4) * (a / b)
    x[i] = reach * Math.cos(turn)
    y[i] = reach * Math.sin(turn)
  }
}
