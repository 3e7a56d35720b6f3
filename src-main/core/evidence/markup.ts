/** Text for HTML and XML alike: nothing in it can become markup, and nothing in it can be unprintable. */
export function escape(text: string): string {
  return (
    text
      .toWellFormed()
      .replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
      // C0 and C1 controls are no XML characters; directional controls could turn a line of evidence around.
      // eslint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g, '\ufffd')
      .replace(
        /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
        (c) => `[U+${c.charCodeAt(0).toString(16).toUpperCase()}]`,
      )
  )
}

/** At most `max` characters (code points), with an ellipsis where something was left off. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text
  const points = Array.from(text.slice(0, max * 2))
  return points.length <= max && text.length <= max * 2 ? text : `${points.slice(0, max).join('')}…`
}

/** Colours of look.md, light theme. */
export const LOOK = {
  panel: '#ffffff',
  raised: '#f0f3f6',
  line: '#d8dfe6',
  text: '#17212b',
  quiet: '#5b6a79',
  accent: '#0a8f7d',
  ramp: ['#4d7aa8', '#7f70b3', '#c58a12', '#cf3f24'],
  unscored: '#b4bec8',
}

/** The risk ramp at 0..1; grey where there is no score. */
export function riskColour(score: number | null): string {
  if (score === null || !Number.isFinite(score)) return LOOK.unscored
  const at = Math.min(1, Math.max(0, score)) * (LOOK.ramp.length - 1)
  const low = Math.min(LOOK.ramp.length - 2, Math.floor(at))
  const part = (hex: string, i: number) => parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16)
  const mix = [0, 1, 2].map((i) => {
    const from = part(LOOK.ramp[low], i)
    return Math.round(from + (part(LOOK.ramp[low + 1], i) - from) * (at - low))
  })
  return `#${mix.map((v) => v.toString(16).padStart(2, '0')).join('')}`
}

export const FONTS =
  "Inter, 'Noto Sans SC', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', system-ui, sans-serif"

/** At most two decimals: small figures, and the same text on every machine. */
export const px = (n: number): string => String(Math.round(n * 100) / 100)
