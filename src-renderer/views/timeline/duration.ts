const UNITS: [number, 'day' | 'hour' | 'minute' | 'second'][] = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1000, 'second'],
]

/** A length of time with one unit in the reader's language: '2 hr', '1.5 days', '2小时'. */
export function durationWords(ms: number, language: string): string {
  const [size, unit] = UNITS.find(([size]) => ms >= size) ?? UNITS[UNITS.length - 1]
  return unitFormat(unit, language).format(ms / size)
}

const formats = new Map<string, Intl.NumberFormat>()
/** Formats are dear to make, and asked for with each change of the selection. */
function unitFormat(unit: string, language: string): Intl.NumberFormat {
  const key = `${language} ${unit}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(language, {
      style: 'unit',
      unit,
      unitDisplay: language.startsWith('zh') ? 'long' : 'short',
      maximumFractionDigits: 1,
    })
    formats.set(key, format)
  }
  return format
}
