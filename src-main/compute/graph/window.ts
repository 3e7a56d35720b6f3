import type { Recipe } from '../../common/recipe.ts'

/** Decay stops at 2^-10: an old tie stays a tie, and weights never underflow single precision. */
export const DECAY_FLOOR = 2 ** -10
const DAY_MS = 86_400_000

/** The last moment of a fact that counts, or null where the fact is outside the window. -Infinity: undated. */
export function lastSeenInWindow(
  first: number | null,
  last: number | null,
  window: Recipe['window'],
): number | null {
  const end = last ?? first
  const start = first ?? last
  if (end === null || start === null) return window === null ? -Infinity : null
  if (window === null) return end
  if (end < window.from || start >= window.to) return null
  // A fact that goes on beyond the window was last seen at its end: what lies behind must not leak in.
  return Math.min(end, window.to - 1)
}

/** Weight factor in [DECAY_FLOOR, 1] of a fact last seen at `at`, counted back from `newest`; undated: 1. */
export function decayFactor(at: number, newest: number, halfLifeDays: number | null): number {
  if (halfLifeDays === null || at === -Infinity) return 1
  const age = Math.max(0, newest - at) / DAY_MS
  return Math.max(DECAY_FLOOR, 0.5 ** (age / halfLifeDays))
}
