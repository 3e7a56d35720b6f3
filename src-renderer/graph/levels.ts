/** A disc of the map, CSS pixels of the stage. */
export interface Disc {
  id: number
  x: number
  y: number
  r: number
}

/** Diameters as shares of the stage's shorter side: a disc that grows past the first is entered, below the second left. */
const ENTER = 0.85
const LEAVE = 0.42
/** An account whose dot is this large, CSS pixels of radius, is what is being looked at. */
const ACCOUNT_RADIUS = 26

/**
 * Which level a zoom by hand has led to: a community is entered when its disc fills the stage around the middle, and left
 * when it has become small or is out of the middle's reach. Between the two nothing changes, so that small movements
 * don't flicker between levels. null: stay.
 */
export function levelAt(
  stage: { width: number; height: number },
  open: Disc | null,
  discs: Iterable<Disc>,
): { open: number | null } | null {
  const side = Math.min(stage.width, stage.height)
  const cx = stage.width / 2
  const cy = stage.height / 2
  const holds = (disc: Disc) => Math.hypot(disc.x - cx, disc.y - cy) <= disc.r
  if (open) {
    const away = Math.hypot(open.x - cx, open.y - cy) > open.r + side / 2
    return 2 * open.r < LEAVE * side || away ? { open: null } : null
  }
  for (const disc of discs) if (2 * disc.r >= ENTER * side && holds(disc)) return { open: disc.id }
  return null
}

/** The account in the middle whose dot a zoom by hand has made large; null: none. */
export function accountAt(
  stage: { width: number; height: number },
  radius: number,
  dots: Iterable<Disc>,
): number | null {
  if (radius < ACCOUNT_RADIUS) return null
  const cx = stage.width / 2
  const cy = stage.height / 2
  for (const dot of dots) if (Math.hypot(dot.x - cx, dot.y - cy) <= 1.5 * radius) return dot.id
  return null
}
