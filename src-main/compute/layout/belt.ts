import { AXIS_X, AXIS_Y } from './frame.ts'
import { GOLDEN_ANGLE } from './points.ts'

/** Distance between accounts of no community, in units of a disc's √size. */
export const BELT_SPACING = 1.6

/**
 * Where accounts of no community are: numbered places around the box that holds the communities, spread by the
 * golden angle like a sunflower's. A larger number never lies farther in.
 */
export interface Belt {
  /** Box reach where the belt begins; 0 where there are no communities. */
  readonly inner: number
  /** Area of each place. */
  readonly each: number
}

/** The belt's area is at most 60% of what it surrounds, so that many lone accounts don't shrink what there is to see. */
export function beltAround(reach: number, accounts: number): Belt {
  const inner = reach * 1.02
  const fit = inner > 0 && accounts > 0 ? (0.6 * 4 * inner * inner) / accounts : Infinity
  return { inner, each: Math.min(BELT_SPACING ** 2, fit) }
}

/** Place k of the belt. */
export function beltPlace({ inner, each }: Belt, k: number): { x: number; y: number } {
  const reach = Math.sqrt(inner * inner + ((inner > 0 ? k + 0.5 : k) * each) / 4)
  const angle = k * GOLDEN_ANGLE
  const [x, y] = [Math.cos(angle), Math.sin(angle)]
  // Outwards to the side of the box.
  const out = reach / Math.max(Math.abs(x), Math.abs(y))
  return { x: AXIS_X * out * x, y: AXIS_Y * out * y }
}
