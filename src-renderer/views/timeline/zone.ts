const MINUTE = 60_000

export const ZONE_IDS = ['export', 'utc', 'viewer'] as const
export type ZoneId = (typeof ZONE_IDS)[number]

/**
 * A clock on the wall. UTC and the export's offset are fixed; the viewer's zone may have summer time, so its offset
 * depends on when.
 */
export interface Zone {
  readonly id: ZoneId
  /** Minutes east of UTC at an instant (ms UTC). */
  offsetAt(ms: number): number
}

const fixed = (id: ZoneId, minutes: number): Zone => ({ id, offsetAt: () => minutes })
export const UTC = fixed('utc', 0)

/** @param exportOffset minutes east of UTC that the export states. */
export function zoneOf(id: ZoneId, exportOffset: number): Zone {
  if (id === 'utc') return UTC
  if (id === 'export') return fixed('export', exportOffset)
  return { id, offsetAt: (ms) => -new Date(ms).getTimezoneOffset() }
}

/** What the clock shows, as if it were UTC: for calendar arithmetic and for formatters set to UTC. */
export function wallOf(ms: number, zone: Zone): number {
  return ms + zone.offsetAt(ms) * MINUTE
}

/**
 * The instant at which the clock shows `wall`. Where a clock is put back, the earlier of the two; where it is put
 * forward, the instant that the missing time would have been.
 */
export function instantOf(wall: number, zone: Zone): number {
  const before = wall - zone.offsetAt(wall - 12 * 60 * MINUTE) * MINUTE
  if (wallOf(before, zone) === wall) return before
  const after = wall - zone.offsetAt(wall + 12 * 60 * MINUTE) * MINUTE
  return wallOf(after, zone) === wall ? after : before
}

/** 'UTC', 'UTC+08:00', 'UTC−03:30'. @param minutes east of UTC. */
export function offsetName(minutes: number): string {
  if (minutes === 0) return 'UTC'
  const abs = Math.abs(minutes)
  const hh = String(Math.floor(abs / 60)).padStart(2, '0')
  const mm = String(abs % 60).padStart(2, '0')
  return `UTC${minutes < 0 ? '−' : '+'}${hh}:${mm}`
}

/** The zone's name over a span: both offsets where the clock changes within it. */
export function zoneName(zone: Zone, from: number, to = from): string {
  const a = offsetName(zone.offsetAt(from))
  const b = offsetName(zone.offsetAt(to))
  return a === b ? a : `${a}/${b.replace(/^UTC(?=.)/, '')}`
}

/** The zone that the computer is set to, as IANA names it. */
export function viewerZoneName(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}
