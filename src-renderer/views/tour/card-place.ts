export interface Box {
  left: number
  top: number
  width: number
  height: number
}
export interface Spot {
  left: number
  top: number
  side: 'right' | 'left' | 'below' | 'above' | 'corner'
}

/** Between the card and what it points at, and between the card and the window's edge; px. */
const GAP = 14
const EDGE = 12
/** The status line stays in sight. */
const FOOT = 32

/**
 * Where the card stands: beside what it points at, without covering it; in a corner that covers it least where there is
 * no room, or nothing to point at. All in CSS pixels of the window.
 */
export function cardSpot(target: Box | null, card: { width: number; height: number }, page: Box): Spot {
  const right = page.left + page.width - card.width - EDGE
  const bottom = page.top + page.height - card.height - FOOT
  const clampX = (x: number) => Math.max(page.left + EDGE, Math.min(right, x))
  const clampY = (y: number) => Math.max(page.top + EDGE, Math.min(bottom, y))
  if (target) {
    const midX = clampX(target.left + target.width / 2 - card.width / 2)
    const midY = clampY(target.top + target.height / 2 - card.height / 2)
    const spots: Spot[] = [
      { side: 'right', left: target.left + target.width + GAP, top: midY },
      { side: 'left', left: target.left - GAP - card.width, top: midY },
      { side: 'below', left: midX, top: target.top + target.height + GAP },
      { side: 'above', left: midX, top: target.top - GAP - card.height },
    ]
    const fits = spots.find(
      ({ left, top }) => left >= page.left + EDGE && left <= right && top >= page.top + EDGE && top <= bottom,
    )
    if (fits) return fits
  }
  const corners = [
    [right, bottom],
    [page.left + EDGE + 44, bottom],
    [right, page.top + EDGE + 40],
    [page.left + EDGE + 44, page.top + EDGE + 40],
  ].map(([left, top]) => ({ side: 'corner' as const, left: clampX(left!), top: clampY(top!) }))
  if (!target) return corners[0]!
  return corners.reduce((best, spot) =>
    overlap({ ...spot, ...card }, target) < overlap({ ...best, ...card }, target) ? spot : best,
  )
}

/** Shared area, px². */
export function overlap(a: Box, b: Box): number {
  const x = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left)
  const y = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top)
  return x > 0 && y > 0 ? x * y : 0
}
