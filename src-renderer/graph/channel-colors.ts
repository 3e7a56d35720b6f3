import type { ChannelInfo } from '../../src-main/common/contract/explore.ts'
import type { Theme } from '../state/prefs.ts'
import { channels, riskColor, UNSCORED } from '../ui/theme/risk.ts'

/** Byte that says "no value" in every channel. */
export const MISSING = 255
/** Categories with a colour of their own; the others share one. */
export const CATEGORY_COLORS = 10

/**
 * Ten colours for categories, most frequent first: found by annealing for the greatest least distance (CIELAB) between
 * any two, and to "other", as protan, deutan and common eyes see them. A test measures it.
 */
export const CATEGORICAL: Record<Theme, readonly string[]> = {
  dark: [
    '#17b4ff',
    '#ffb0b1',
    '#b8c62f',
    '#b656ba',
    '#49ca5e',
    '#fbeba9',
    '#3778f4',
    '#af6f04',
    '#1beefb',
    '#62864b',
  ],
  light: [
    '#007df9',
    '#b03801',
    '#97b015',
    '#bc1487',
    '#103d1a',
    '#ca90e1',
    '#c09c5e',
    '#4e1b8f',
    '#c1636d',
    '#492a47',
  ],
}
/** What is in none of the ten. */
export const OTHER: Record<Theme, string> = { dark: '#7d8894', light: '#a3adb7' }

/** For numbers and times that are no risk: one hue family, lightness rising away from the ground. */
const SEQUENTIAL: Record<Theme, readonly string[]> = {
  dark: ['#31557f', '#2f7f96', '#4aa88b', '#a3cc6e', '#f6ea9a'],
  light: ['#d7cf7a', '#7fb86a', '#2f9484', '#2a6a8c', '#2b3f73'],
}

/** Values whose meaning has a colour everywhere in Shoal. */
const MEANT: Record<string, 'bad' | 'good' | 'unsure'> = {
  malicious: 'bad',
  benign: 'good',
  unsure: 'unsure',
}
const MEANT_AT = { bad: 1, unsure: 0.36, good: 0 } as const

export interface ColorTable {
  /** RGBA of bytes 0..255. */
  rgba: Uint8Array
  /** CSS colour of a byte. */
  css(byte: number): string
}

function mix(stops: readonly string[], at: number): string {
  const position = Math.max(0, Math.min(1, at)) * (stops.length - 1)
  const k = Math.min(stops.length - 2, Math.floor(position))
  const a = channels(stops[k]!)
  const b = channels(stops[k + 1]!)
  const part = position - k
  return `rgb(${a.map((value, i) => Math.round(value + (b[i]! - value) * part)).join(', ')})`
}

/** The colour along the ramp for numbers that are no risk, 0..1. */
export function sequentialColor(at: number, theme: Theme): string {
  return mix(SEQUENTIAL[theme], at)
}

export function isRisk(channel: string): boolean {
  return channel === 'risk' || channel === 'communityRisk'
}

const SHADES = 1024
const shades: Partial<Record<Theme, { css: string[]; rgb: Uint8Array }>> = {}

/** The risk ramp in 1025 shades, then what has no score: as CSS colours, and as three bytes each. */
export function riskShades(theme: Theme): { css: readonly string[]; rgb: Uint8Array } {
  const known = shades[theme]
  if (known) return known
  const css = Array.from({ length: SHADES + 2 }, (_, i) => riskColor(i > SHADES ? NaN : i / SHADES, theme))
  return (shades[theme] = { css, rgb: Uint8Array.from(css.flatMap(channels)) })
}
/** Place of a score in 0..1 among `riskShades`; NaN: no score. */
export function shadeOf(score: number): number {
  return Number.isNaN(score) ? SHADES + 1 : Math.round(Math.max(0, Math.min(1, score)) * SHADES)
}
/** As riskColor, to a 1024th of the ramp: for tens of thousands of discs at once. */
export function riskShade(score: number, theme: Theme): string {
  return riskShades(theme).css[shadeOf(score)]!
}

/** What the bytes of a channel look like. `stops` and `categories` as in ChannelBytes. */
export function colorTable(
  channel: {
    channel: string
    kind: ChannelInfo['kind']
    stops: Float64Array
    categories: { value: string | null }[]
  },
  theme: Theme,
): ColorTable {
  const color = (byte: number): string => {
    if (byte === MISSING) return UNSCORED[theme]
    if (channel.kind === 'category')
      return categoryColor(channel.categories[byte]?.value ?? null, byte, theme)
    const at = byte / 254
    if (isRisk(channel.channel)) return riskColor(channel.stops[byte] ?? at, theme)
    return sequentialColor(at, theme)
  }
  const table = Array.from({ length: 256 }, (_, byte) => color(byte))
  const rgba = new Uint8Array(1024)
  table.forEach((css, byte) => rgba.set([...channels(css), 255], byte * 4))
  return { rgba, css: (byte) => table[byte] ?? UNSCORED[theme] }
}

/** Colour of the category at a place in the list; null is "other". */
export function categoryColor(value: string | null, place: number, theme: Theme): string {
  if (value === null) return OTHER[theme]
  const meant = MEANT[value]
  if (meant) return riskColor(MEANT_AT[meant], theme)
  return CATEGORICAL[theme][place] ?? OTHER[theme]
}

/** Diameter of a point as a share of the usual one, by its byte: 0.6 to 2.6; what has no value is smallest. */
export function sizeFactor(byte: number): number {
  return byte === MISSING ? 0.55 : 0.6 + 2 * (byte / 254)
}

/**
 * A channel summed up for each community: numbers and times by the mean of their bytes (the middle of the ranks where
 * values are spread by rank), categories by the most frequent one. 255 where no member has a value.
 * @param rows row in the community columns of each account, -1 for none
 */
export function* communityBytes(
  bytes: Uint8Array,
  rows: Int32Array,
  communities: number,
  kind: ChannelInfo['kind'],
  out: Uint8Array,
): Generator<void> {
  const step = 32_768
  out.fill(MISSING)
  if (kind !== 'category') {
    const sum = new Float64Array(communities)
    const count = new Uint32Array(communities)
    for (let i = 0; i < bytes.length; i++) {
      const row = rows[i]!
      if (row >= 0 && bytes[i] !== MISSING) {
        sum[row]! += bytes[i]!
        count[row]!++
      }
      if (i % step === 0) yield
    }
    for (let c = 0; c < communities; c++) if (count[c]! > 0) out[c] = Math.round(sum[c]! / count[c]!)
    return
  }
  // A few categories: one counter for each pair. Bytes of categories beyond are not made.
  let kinds = 0
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== MISSING && bytes[i]! >= kinds) kinds = bytes[i]! + 1
  const count = new Uint32Array(communities * kinds)
  for (let i = 0; i < bytes.length; i++) {
    const row = rows[i]!
    if (row >= 0 && bytes[i] !== MISSING) count[row * kinds + bytes[i]!]!++
    if (i % step === 0) yield
  }
  for (let c = 0; c < communities; c++) {
    let most = 0
    for (let k = 0; k < kinds; k++) {
      if (count[c * kinds + k]! > most) {
        most = count[c * kinds + k]!
        out[c] = k
      }
    }
  }
}
