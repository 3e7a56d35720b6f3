export const DAY = 86_400_000

/** An instant as a datetime-local field of a zone shows it. */
export function fieldText(ms: number, zoneMinutes: number): string {
  return new Date(ms + zoneMinutes * 60_000).toISOString().slice(0, 16)
}

/** The instant that a datetime-local field of a zone means; null when it is not filled in. */
export function readField(text: string, zoneMinutes: number): number | null {
  if (!/^\d{4,6}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text)) return null
  const ms = Date.parse(`${text.slice(0, 16)}:00Z`)
  return Number.isNaN(ms) ? null : ms - zoneMinutes * 60_000
}

/** What is wrong with a window; 'outside' is allowed, but yields nothing. */
export function windowProblem(
  from: number | null,
  to: number | null,
  span: { from: number; to: number } | null,
): 'bad' | 'order' | 'outside' | null {
  if (from === null || to === null) return 'bad'
  if (from >= to) return 'order'
  if (span && (to <= span.from || from >= span.to)) return 'outside'
  return null
}
