/** The one place that decides how much the map draws. More than this cannot be read, or cannot be drawn smoothly. */
export const BUDGET = {
  /** Communities drawn as discs that can be clicked; the others are still there as points. */
  discs: 10_000,
  /** Edges between communities that are kept, and how many of the heaviest are drawn without being asked. */
  communityEdges: 6000,
  quietEdges: 400,
  /** Edges inside the open community. */
  memberEdges: 8000,
  /** Accounts drawn as points at the first level. */
  points: 1_000_000,
} as const

/** How many labels fit a stage of so many CSS pixels: one for each patch of 150 × 90, 12 to 90. */
export function labelBudget(width: number, height: number): number {
  return Math.max(12, Math.min(90, Math.round((width * height) / (150 * 90))))
}

/** How many edges of the open community are drawn: fewer on a small stage, all of a small community. */
export function memberEdgeBudget(members: number, width: number, height: number): number {
  const room = Math.round((width * height) / 220)
  return Math.min(BUDGET.memberEdges, Math.max(600, Math.min(room, members * 12)))
}
