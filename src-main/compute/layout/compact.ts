import type { Pace } from '../../common/pace.ts'
import { AXIS_X } from './frame.ts'
import { GOLDEN_ANGLE, type Points } from './points.ts'
import { forEachMeetingPair } from './disc-pairs.ts'

/** What discs are pressed into: a circle, or a box as wide and high as the drawing. */
export type Wall = 'circle' | 'box'

/** Shares of the wall's ground that discs fill at the start. They jam in different ways; the tightest one counts. */
const FILLS_IN_BOX = [0.3, 0.4, 0.5, 0.6, 0.65]
const FILL_IN_CIRCLE = 0.5
/** How much the wall shrinks a round. */
const SHRINK = 0.985
/** Pushes in a round; when they leave more overlap than this share of the typical radius, nothing more fits. */
const PUSHES = 6
/** Few discs can afford to look harder for room. */
const FEW = 250
const PUSHES_OF_FEW = 40
const JAMMED = 0.12
/** Rounds that it keeps pushing in a wall that seems too small. */
const PATIENCE = 3
const MOST_ROUNDS = 60

/**
 * Presses discs together inside a shrinking wall until they jam, everyone pushing their neighbours; smaller discs
 * yield more. Who is beside whom stays. Discs may still overlap a little afterwards (`separateDiscs` ends it).
 * The points should be spread over the wall's ground; they are moved in place, around the origin.
 */
export async function compactDiscs(
  points: Points,
  radius: Float64Array,
  wall: Wall,
  pace: Pace,
): Promise<void> {
  const { x, y } = points
  const n = radius.length
  if (n < 2) {
    x.fill(0)
    y.fill(0)
    return
  }
  const fills = wall === 'box' && n <= FEW ? FILLS_IN_BOX : [FILL_IN_CIRCLE]
  let best = { room: Infinity, x, y }
  for (const fill of fills) {
    const tried = { x: x.slice(), y: y.slice() }
    const room = await press(tried, radius, wall, fill, pace)
    if (room < best.room) best = { room, ...tried }
  }
  x.set(best.x)
  y.set(best.y)
}

/** Presses from one start; returns the half side (or radius) of the last wall that everybody fitted in. */
async function press(
  { x, y }: Points,
  radius: Float64Array,
  wall: Wall,
  fill: number,
  pace: Pace,
): Promise<number> {
  const n = radius.length
  let area = 0
  let sum = 0
  for (const r of radius) {
    area += r * r
    sum += r
  }
  const tolerated = (JAMMED * sum) / n
  const wide = wall === 'box' ? AXIS_X : 1
  // Half the side of the square, or the radius of the circle, that holds the discs at that density.
  let room = wall === 'box' ? Math.sqrt((Math.PI * area) / fill) / 2 : Math.sqrt(area / fill)
  const start = Math.sqrt(FILL_IN_CIRCLE / fill)
  for (let i = 0; i < n; i++) {
    x[i] *= start
    y[i] *= start
  }
  const points = { x, y }
  const last = { room: Infinity, x: x.slice(), y: y.slice() }
  let misses = 0
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let worst = 0
    for (let push = 0; push < (n <= FEW ? PUSHES_OF_FEW : PUSHES); push++) {
      worst = pushApart(points, radius)
      pressIn(points, radius, room, wall, wide)
      if (worst < tolerated / 4) break
    }
    if (worst > tolerated) {
      if (++misses > PATIENCE) break
      continue
    }
    misses = 0
    last.room = room
    last.x.set(x)
    last.y.set(y)
    room *= SHRINK
    for (let i = 0; i < n; i++) {
      x[i] *= SHRINK
      y[i] *= SHRINK
    }
    await pace.checkpoint()
  }
  x.set(last.x)
  y.set(last.y)
  return last.room
}

/** Moves every overlapping pair apart once; returns the deepest overlap there was. */
function pushApart(points: Points, radius: Float64Array): number {
  const { x, y } = points
  let worst = 0
  const part = (i: number, j: number): void => {
    let dx = x[j] - x[i]
    let dy = y[j] - y[i]
    let distance = Math.sqrt(dx * dx + dy * dy)
    const wanted = radius[i] + radius[j]
    if (distance >= wanted) return
    if (distance < 1e-9 * wanted) {
      dx = Math.cos((i + j * 7) * GOLDEN_ANGLE)
      dy = Math.sin((i + j * 7) * GOLDEN_ANGLE)
      distance = 1
    }
    worst = Math.max(worst, wanted - Math.min(distance, wanted))
    const move = (wanted - Math.min(distance, wanted)) / distance
    const share = radius[i] ** 2 / (radius[i] ** 2 + radius[j] ** 2)
    x[i] -= dx * move * (1 - share)
    y[i] -= dy * move * (1 - share)
    x[j] += dx * move * share
    y[j] += dy * move * share
  }
  if (radius.length <= 64) for (let j = 1; j < radius.length; j++) for (let i = 0; i < j; i++) part(i, j)
  else forEachMeetingPair(points, radius, part)
  return worst
}

function pressIn({ x, y }: Points, radius: Float64Array, room: number, wall: Wall, wide: number): void {
  for (let i = 0; i < radius.length; i++) {
    if (wall === 'box') {
      const mostX = Math.max(0, room * wide - radius[i])
      const mostY = Math.max(0, room / wide - radius[i])
      x[i] = Math.max(-mostX, Math.min(mostX, x[i]))
      y[i] = Math.max(-mostY, Math.min(mostY, y[i]))
    } else {
      const distance = Math.sqrt(x[i] * x[i] + y[i] * y[i])
      const most = Math.max(0, room - radius[i])
      if (distance <= most) continue
      x[i] *= most / distance
      y[i] *= most / distance
    }
  }
}
