import type { Pace } from '../../common/pace.ts'
import { forEachMeetingPair } from './disc-pairs.ts'
import { GOLDEN_ANGLE, type Points } from './points.ts'

/** Rounds of pushing; a disc that still overlaps then moves to a free place near by. */
const MAX_ROUNDS = 200
/** Pushing wants this much more distance than is needed, so that it ends without infinitely small steps. */
const MARGIN = 0.03

/** The largest factor by which two discs' wanted distance exceeds their distance; at most 1 means no overlap. */
export function worstOverlap(points: Points, radius: Float64Array, gap = 0): number {
  const wide = radius.map((r) => r + gap / 2)
  let worst = 0
  forEachMeetingPair(points, wide, (i, j) => {
    const distance = Math.hypot(points.x[i] - points.x[j], points.y[i] - points.y[j])
    worst = Math.max(worst, (wide[i] + wide[j]) / Math.max(distance, 1e-12))
  })
  return worst
}

/** Discs that are placed for good, to ask whether another one fits somewhere. */
export class PlacedDiscs {
  private readonly cells = new Map<number, number[]>()
  private readonly cell: number
  private readonly points: Points
  private readonly radius: Float64Array

  constructor(points: Points, radius: Float64Array) {
    this.points = points
    this.radius = radius
    const sum = radius.reduce((total, r) => total + r, 0)
    this.cell = Math.max(1e-9, (2 * sum) / Math.max(1, radius.length))
  }

  private forEachCell(x: number, y: number, r: number, visit: (key: number) => boolean | void): void {
    for (let cx = Math.floor((x - r) / this.cell); cx <= Math.floor((x + r) / this.cell); cx++)
      for (let cy = Math.floor((y - r) / this.cell); cy <= Math.floor((y + r) / this.cell); cy++)
        if (visit(cx * 4194304 + cy) === false) return
  }

  fits(x: number, y: number, r: number): boolean {
    let free = true
    this.forEachCell(x, y, r, (key) => {
      for (const j of this.cells.get(key) ?? []) {
        const dx = x - this.points.x[j]
        const dy = y - this.points.y[j]
        const wanted = r + this.radius[j]
        if (dx * dx + dy * dy < wanted * wanted) free = false
      }
      return free
    })
    return free
  }

  add(i: number): void {
    this.forEachCell(this.points.x[i], this.points.y[i], this.radius[i], (key) => {
      const list = this.cells.get(key)
      if (list === undefined) this.cells.set(key, [i])
      else list.push(i)
    })
  }

  /** Moves disc i to a near place where it fits with a gap, on circles around where it is, and keeps it there. */
  settle(i: number, gap = 0): void {
    const { x, y } = this.points
    const [atX, atY, r] = [x[i], y[i], this.radius[i] + gap]
    const step = r / 2
    // Outside everything there is always room, so the search ends.
    for (let ring = 0; !this.fits(x[i], y[i], r);) {
      ring++
      // Circles get wider apart, so a disc deep inside a huge one is out of it in tens of steps.
      const reach = ring * step * (1 + ring / 8)
      const places = Math.min(48, 6 * ring)
      for (let k = 0; k < places; k++) {
        const angle = (2 * Math.PI * k) / places + ring * GOLDEN_ANGLE
        x[i] = atX + reach * Math.cos(angle)
        y[i] = atY + reach * Math.sin(angle)
        if (this.fits(x[i], y[i], r)) break
      }
    }
    this.add(i)
  }
}

/**
 * Moves disc centres as little as it can so that all discs are at least `gap` apart: overlapping pairs push each
 * other (the smaller one yields more), and a disc that still overlaps in the end moves to a free place near by. Deterministic. Afterwards no two discs overlap.
 */
export async function separateDiscs(
  points: Points,
  radius: Float64Array,
  gap: number,
  pace: Pace,
): Promise<void> {
  const { x, y } = points
  const needed = radius.map((r) => r + gap / 2)
  const wide = needed.map((r) => r * (1 + MARGIN))
  for (let round = 0; round < MAX_ROUNDS; round++) {
    let worst = 0
    forEachMeetingPair(points, wide, (i, j) => {
      let dx = x[j] - x[i]
      let dy = y[j] - y[i]
      let distance = Math.sqrt(dx * dx + dy * dy)
      const wanted = wide[i] + wide[j]
      if (distance >= wanted) return
      worst = Math.max(worst, wanted / Math.max(distance, 1e-9) - 1)
      if (distance < 1e-9 * wanted) {
        // Coinciding centres have no direction to part in; every pair gets one of its own.
        dx = Math.cos((i + j * 7) * GOLDEN_ANGLE)
        dy = Math.sin((i + j * 7) * GOLDEN_ANGLE)
        distance = 1
      }
      const move = (wanted - Math.min(distance, wanted)) / distance
      const ownMass = wide[i] * wide[i]
      const share = ownMass / (ownMass + wide[j] * wide[j])
      x[i] -= dx * move * (1 - share)
      y[i] -= dy * move * (1 - share)
      x[j] += dx * move * share
      y[j] += dy * move * share
    })
    await pace.checkpoint()
    if (worst < MARGIN / (1 + MARGIN)) break
  }
  // Largest first: a small disc finds a place near by, a large one may have to go far.
  const order = Uint32Array.from(radius, (_, i) => i).sort((i, j) => radius[j] - radius[i] || i - j)
  const placed = new PlacedDiscs(points, needed)
  const moving: number[] = []
  for (const i of order) {
    if (placed.fits(x[i], y[i], needed[i])) placed.add(i)
    else moving.push(i)
  }
  for (const i of moving) {
    placed.settle(i)
    await pace.checkpoint()
  }
}
