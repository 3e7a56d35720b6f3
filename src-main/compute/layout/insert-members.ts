import { PointGrid } from './point-grid.ts'
import { INNER, type Induced } from './place-members.ts'
import { GOLDEN_ANGLE, type Points } from './points.ts'

/** Wanted distance between members as a share of the even one; it is given up step by step where it is crowded. */
const WANTED = 0.6
/** Places tried around where a member wants to be before it is content with less room. */
const TRIES = 300

/**
 * Gives members without a place (known[i] = 0) one in the unit disc: a free one next to the weighted middle of their
 * placed neighbours, nobody else moves. Members that know nobody placed go to the rim. Deterministic, no two places
 * are the same.
 */
export function insertMembers(graph: Induced, points: Points, known: Uint8Array): void {
  const { n, offsets, targets, weights } = graph
  const { x, y } = points
  const even = INNER * Math.sqrt(Math.PI / Math.max(1, n))
  const grid = new PointGrid(points, even)
  for (let i = 0; i < n; i++) if (known[i] === 1) grid.add(i)

  const settle = (i: number, atX: number, atY: number): void => {
    for (let distance = WANTED * even, k = 0; ; k++) {
      if (k > 0 && k % TRIES === 0) distance /= 2
      const reach = 0.4 * even * Math.sqrt(k % TRIES)
      const angle = k * GOLDEN_ANGLE
      const px = atX + reach * Math.cos(angle)
      const py = atY + reach * Math.sin(angle)
      if (px * px + py * py > INNER * INNER || !grid.free(px, py, distance)) continue
      x[i] = px
      y[i] = py
      known[i] = 1
      grid.add(i)
      return
    }
  }
  let waiting: number[] = []
  for (let i = 0; i < n; i++) if (known[i] === 0) waiting.push(i)
  while (waiting.length > 0) {
    const later: number[] = []
    for (const i of waiting) {
      let [sumX, sumY, sum] = [0, 0, 0]
      for (let e = offsets[i]; e < offsets[i + 1]; e++) {
        if (known[targets[e]] === 0) continue
        sumX += weights[e] * x[targets[e]]
        sumY += weights[e] * y[targets[e]]
        sum += weights[e]
      }
      if (sum > 0) settle(i, sumX / sum, sumY / sum)
      else later.push(i)
    }
    if (later.length === waiting.length) {
      // Nobody left knows anybody placed: one goes to the rim, and those who know it follow.
      const i = later.shift()!
      settle(i, 0.8 * INNER * Math.cos(i * GOLDEN_ANGLE), 0.8 * INNER * Math.sin(i * GOLDEN_ANGLE))
    }
    waiting = later
  }
}
