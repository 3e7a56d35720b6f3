import type { ScoreReason } from '../../../src-main/common/contract/accounts.ts'

export interface ReasonBar {
  reason: ScoreReason
  /** Start and width of the bar, share of the plot 0..1; zero lies at `zero`. */
  start: number
  width: number
}
export interface ReasonChart {
  zero: number
  bars: ReasonBar[]
}

/**
 * A signed bar chart's geometry: strongest first, one scale for both directions, zero where the negative side
 * needs it to be (at the left edge when nothing pulls down).
 */
export function reasonChart(reasons: readonly ScoreReason[], most: number): ReasonChart {
  const sorted = [...reasons].sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
  const shown = sorted.slice(0, most)
  const up = shown.reduce((m, r) => Math.max(m, r.contribution), 0)
  const down = shown.reduce((m, r) => Math.max(m, -r.contribution), 0)
  const whole = up + down || 1
  const zero = down / whole
  return {
    zero,
    bars: shown.map((reason) => {
      const width = Math.abs(reason.contribution) / whole
      return { reason, width, start: reason.contribution < 0 ? zero - width : zero }
    }),
  }
}

/** '+0.31', '−0.05' (a real minus sign), '0.00'. Score points between -1 and 1. */
export function signed(points: number, digits = 2): string {
  const abs = Math.abs(points).toFixed(digits)
  if (Number(abs) === 0) return abs
  return (points < 0 ? '−' : '+') + abs
}
