import type { ScoreReason } from '../../../src-main/common/contract/accounts.ts'

export interface ReasonBar<R = ScoreReason> {
  reason: R
  /** Start and width of the bar, share of the plot 0..1; zero lies at `zero`. */
  start: number
  width: number
}
export interface ReasonChart<R = ScoreReason> {
  zero: number
  bars: ReasonBar<R>[]
}

/**
 * A signed bar chart's geometry: strongest first, one scale for both directions, zero where the negative side
 * needs it to be (at the left edge when nothing pulls down).
 */
export function reasonChart<R extends { contribution: number }>(
  reasons: readonly R[],
  most: number,
): ReasonChart<R> {
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

/** By what reasons are put together. */
export const GROUPINGS = ['fact', 'family', 'relation', 'hop'] as const
export type Grouping = (typeof GROUPINGS)[number]

/** Reasons of one kind together: contributions add up, so nothing is lost by grouping. */
export interface ReasonGroup {
  /** The family, the channel (or 'own'), or the hop as text. */
  key: string
  contribution: number
  reasons: ScoreReason[]
}

/** 'own' stands for what came over no relation: the account's own facts. */
export function groupReasons(reasons: readonly ScoreReason[], by: Exclude<Grouping, 'fact'>): ReasonGroup[] {
  const groups = new Map<string, ReasonGroup>()
  for (const reason of reasons) {
    const key =
      by === 'family' ? reason.family : by === 'hop' ? String(reason.hop) : (reason.relation ?? 'own')
    const group = groups.get(key)
    if (group) {
      group.contribution += reason.contribution
      group.reasons.push(reason)
    } else groups.set(key, { key, contribution: reason.contribution, reasons: [reason] })
  }
  return [...groups.values()].sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
}

/** '+0.31', '−0.05' (a real minus sign), '0.00'. Score points between -1 and 1. */
export function signed(points: number, digits = 2): string {
  const abs = Math.abs(points).toFixed(digits)
  if (Number(abs) === 0) return abs
  return (points < 0 ? '−' : '+') + abs
}
