import { scaleLinear } from 'd3-scale'
import type { Theme } from '../../state/prefs.ts'

/** The risk ramp's four stops: even in lightness, told apart by colour-blind eyes. */
export const RISK_STOPS: Record<Theme, [string, string, string, string]> = {
  dark: ['#4d6f94', '#8a7fb0', '#d9a441', '#e4573d'],
  light: ['#4d7aa8', '#7f70b3', '#c58a12', '#cf3f24'],
}
/** Things without a score. */
export const UNSCORED: Record<Theme, string> = { dark: '#66727f', light: '#8d99a5' }

const DOMAIN = [0, 1 / 3, 2 / 3, 1]
const scales = {
  dark: scaleLinear<string>().domain(DOMAIN).range(RISK_STOPS.dark).clamp(true),
  light: scaleLinear<string>().domain(DOMAIN).range(RISK_STOPS.light).clamp(true),
}

/** The colour of a score in 0..1 as `rgb(r, g, b)`; the colour of unscored things for null and NaN. */
export function riskColor(score: number | null | undefined, theme: Theme): string {
  if (score === null || score === undefined || Number.isNaN(score)) return UNSCORED[theme]
  return scales[theme](score)
}

/** The four bands that the legend and words use; both ends of a band are included, as in a selection. */
export const RISK_BANDS = [
  { key: 'low', min: 0, max: 0.25 },
  { key: 'moderate', min: 0.25, max: 0.5 },
  { key: 'elevated', min: 0.5, max: 0.75 },
  { key: 'likelyMalicious', min: 0.75, max: 1 },
] as const
export type RiskBand = (typeof RISK_BANDS)[number]['key']

export function riskBand(score: number): RiskBand {
  return (RISK_BANDS.findLast((band) => score >= band.min) ?? RISK_BANDS[0]).key
}

/** Colour channels 0..255 of `#rrggbb` or `rgb(r, g, b)`. */
export function channels(color: string): [number, number, number] {
  if (color.startsWith('#')) {
    const n = parseInt(color.slice(1), 16)
    return [n >> 16, (n >> 8) & 255, n & 255]
  }
  const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).map(Number)
  return [r, g, b]
}
