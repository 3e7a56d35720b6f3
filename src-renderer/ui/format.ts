const numberFormats = new Map<string, Intl.NumberFormat>()

/** A number with grouped digits in the reader's language. */
export function formatNumber(value: number, language: string, digits = 0): string {
  const key = `${language}:${digits}`
  let format = numberFormats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(language, {
      maximumFractionDigits: digits,
      minimumFractionDigits: digits,
      signDisplay: 'negative', // what rounds to zero has no sign
    })
    numberFormats.set(key, format)
  }
  return format.format(value)
}

const compactFormats = new Map<string, Intl.NumberFormat>()
export function formatCompact(value: number, language: string): string {
  let format = compactFormats.get(language)
  if (!format) {
    format = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 })
    compactFormats.set(language, format)
  }
  return format.format(value)
}

/** A score in 0..1 with two digits; never rounded up to 1.00 or down to 0.00 unless it is. */
export function formatScore(score: number): string {
  if (score < 1 && score >= 0.995) return '>0.99'
  if (score > 0 && score < 0.005) return '<0.01'
  return score.toFixed(2)
}

export function formatBytes(bytes: number, language: string): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${formatNumber(value, language, unit === 0 || value >= 100 ? 0 : 1)} ${units[unit]}`
}

/** Seconds as m:ss or h:mm:ss. */
export function formatDuration(seconds: number): string {
  const total = Math.max(0, Math.round(seconds))
  const s = String(total % 60).padStart(2, '0')
  const m = Math.floor(total / 60) % 60
  const h = Math.floor(total / 3600)
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`
}

/** Minutes east of UTC as `UTC+08:00`. */
export function formatZone(minutes: number): string {
  const sign = minutes < 0 ? '−' : '+'
  const abs = Math.abs(minutes)
  return `UTC${sign}${String(Math.floor(abs / 60)).padStart(2, '0')}:${String(abs % 60).padStart(2, '0')}`
}

/** An instant as the clock of a zone (minutes east of UTC) showed it: `2026-03-02 02:10`. */
export function formatInstant(ms: number, zoneMinutes: number, withTime = true, withSeconds = false): string {
  const iso = new Date(ms + zoneMinutes * 60_000).toISOString()
  if (!withTime) return iso.slice(0, 10)
  return `${iso.slice(0, 10)} ${iso.slice(11, withSeconds ? 19 : 16)}`
}

/** `2 Mar – 5 Mar 2026` in the reader's language, on a zone's calendar. */
export function formatSpan(from: number, to: number, zoneMinutes: number, language: string): string {
  const format = new Intl.DateTimeFormat(language, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  })
  return format.formatRange(new Date(from + zoneMinutes * 60_000), new Date(to + zoneMinutes * 60_000))
}

/** Communities are shown as C-<id + 1>. */
export function communityName(id: number): string {
  return `C-${id + 1}`
}
