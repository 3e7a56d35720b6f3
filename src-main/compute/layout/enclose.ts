import type { Points } from './points.ts'

const STEPS = 200

/**
 * A circle that holds all discs and is nearly the smallest: its centre walks towards the farthest disc in ever
 * smaller steps (Bădoiu & Clarkson 2003; after 200 steps within 0.5%). One disc is its own circle.
 */
export function encloseDiscs(
  { x, y }: Points,
  radius: Float64Array,
): { x: number; y: number; radius: number } {
  const n = radius.length
  let [cx, cy, area] = [0, 0, 0]
  for (let i = 0; i < n; i++) {
    const a = radius[i] * radius[i]
    cx += x[i] * a
    cy += y[i] * a
    area += a
  }
  cx /= area || 1
  cy /= area || 1
  if (n === 1) return { x: x[0], y: y[0], radius: radius[0] }
  const farthest = (): { at: number; reach: number } => {
    let [at, reach] = [0, -1]
    for (let i = 0; i < n; i++) {
      const far = Math.sqrt((x[i] - cx) ** 2 + (y[i] - cy) ** 2) + radius[i]
      if (far > reach) [at, reach] = [i, far]
    }
    return { at, reach }
  }
  let best = { x: cx, y: cy, radius: farthest().reach }
  for (let k = 1; k <= STEPS; k++) {
    const { at } = farthest()
    const distance = Math.sqrt((x[at] - cx) ** 2 + (y[at] - cy) ** 2)
    if (distance === 0) break
    // The point of that disc that is farthest away lies behind its centre.
    const ahead = (distance + radius[at]) / distance / (k + 1)
    cx += (x[at] - cx) * ahead
    cy += (y[at] - cy) * ahead
    const { reach } = farthest()
    if (reach < best.radius) best = { x: cx, y: cy, radius: reach }
  }
  return best
}
