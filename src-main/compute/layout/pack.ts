import { boxReach } from './frame.ts'
import type { Points } from './points.ts'

/**
 * How far the drawing reaches in each direction from the origin. New discs go where it reaches least, so they fill
 * its bays first and it grows to the shape of the box. A disc placed at distance D spans the angles ± asin(r/D) and lies wholly
 * beyond D − r, so it can't touch anything if that is beyond the reach in all those directions.
 */
export class Frontier {
  readonly reach: Float64Array
  /** How far out distance 1 is in each direction, as the box counts. */
  private readonly far: Float64Array

  constructor(bins = 1440) {
    this.reach = new Float64Array(bins)
    this.far = this.reach.map((_, b) => {
      const angle = ((b + 0.5) * 2 * Math.PI) / bins
      return boxReach(Math.cos(angle), Math.sin(angle))
    })
  }

  /** Largest reach in any direction. */
  get extent(): number {
    return this.reach.reduce((most, r) => Math.max(most, r), 0)
  }

  /** Counts a disc that is placed already. */
  add(x: number, y: number, radius: number): void {
    const bins = this.reach.length
    const distance = Math.hypot(x, y)
    const angle = Math.atan2(y, x)
    const coversOrigin = distance <= radius
    const { from, to } = coversOrigin ? { from: 0, to: bins - 1 } : this.span(angle, radius / distance)
    for (let k = from; k <= to; k++) {
      // The ray of this bin that is nearest to the disc's centre leaves the disc farthest out.
      const low = turn((k * 2 * Math.PI) / bins - angle)
      const high = turn(((k + 1) * 2 * Math.PI) / bins - angle)
      const off = low <= 0 && high >= 0 ? 0 : Math.min(Math.abs(low), Math.abs(high))
      const across = distance * Math.sin(off)
      const far = distance * Math.cos(off) + Math.sqrt(Math.max(0, radius * radius - across * across))
      const b = ((k % bins) + bins) % bins
      this.reach[b] = Math.max(this.reach[b], far)
    }
  }

  /** Bins that a disc in direction `angle` with radius/distance `ratio` touches. */
  private span(angle: number, ratio: number): { from: number; to: number } {
    const bins = this.reach.length
    const half = Math.asin(Math.min(1, ratio))
    const unit = bins / (2 * Math.PI)
    return { from: Math.floor((angle - half) * unit), to: Math.floor((angle + half) * unit) }
  }

  /**
   * Centre of the free place for a disc that is nearest to the origin as the box counts; the disc is then counted.
   * `radius` includes whatever gap is wanted.
   */
  place(radius: number): { x: number; y: number } {
    const bins = this.reach.length
    let bestDistance = 0
    let bestAngle = 0
    let least = Infinity
    for (let b = 0; b < bins; b++) {
      if ((this.reach[b] + radius) * this.far[b] >= least) continue
      const angle = ((b + 0.5) * 2 * Math.PI) / bins
      // Farther out the disc spans fewer bins, so the distance found for the widest span holds for the real one.
      const guess = this.reach[b] + radius
      const { from, to } = this.span(angle, guess > 0 ? radius / guess : 1)
      let most = 0
      for (let k = from; k <= to; k++) most = Math.max(most, this.reach[((k % bins) + bins) % bins])
      const distance = most === 0 ? 0 : most + radius
      if (distance * this.far[b] < least) {
        least = distance * this.far[b]
        bestDistance = distance
        bestAngle = angle
      }
    }
    const x = bestDistance * Math.cos(bestAngle)
    const y = bestDistance * Math.sin(bestAngle)
    this.add(x, y, radius)
    return { x, y }
  }
}

/** Places discs of the given radii (best in falling order) around what the frontier holds. O(discs × bins). */
export function packAround(frontier: Frontier, radius: Float64Array): Points {
  const x = new Float64Array(radius.length)
  const y = new Float64Array(radius.length)
  for (let i = 0; i < radius.length; i++) {
    const at = frontier.place(radius[i])
    x[i] = at.x
    y[i] = at.y
  }
  return { x, y }
}

/** The same angle in [-π, π). */
function turn(angle: number): number {
  return angle - 2 * Math.PI * Math.floor((angle + Math.PI) / (2 * Math.PI))
}
