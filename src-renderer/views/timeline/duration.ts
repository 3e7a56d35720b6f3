const UNITS: [number, 'day' | 'hour' | 'minute' | 'second'][] = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1000, 'second'],
]

/** A length of time with one unit in the reader's language: '2 hr', '1.5 days', '2小时'. */
export function durationWords(ms: number, language: string): string {
  const [size, unit] = UNITS.find(([size]) => ms >= size) ?? UNITS[UNITS.length - 1]
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: language.startsWith('zh') ? 'long' : 'short',
    maximumFractionDigits: 1,
  }).format(ms / size)
}
