import { DAY } from './scale.ts'
import { instantOf, type Zone } from './zone.ts'

const PATTERN =
  /^\s*(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?(?:[T\s]+(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?)?\s*$/

/**
 * A moment as somebody typed it ('2026-03-02', '2026-03-02 14:05', '2026/3/2 14:05:09', '2026年3月2日'), read on the
 * zone's clock; ms UTC, null where it is no moment. `end`: a date alone means the end of that day (a month: of that
 * month), so that from and to of the same day are the whole of it.
 */
export function parseMoment(text: string, zone: Zone, end = false): number | null {
  const match = PATTERN.exec(text)
  if (!match) return null
  const [year, month] = [Number(match[1]), Number(match[2])]
  const day = match[3] === undefined ? 1 : Number(match[3])
  const [hour, minute, second] = [match[4], match[5], match[6]].map((part) => Number(part ?? 0))
  if (month < 1 || month > 12 || hour > 24 || minute > 59 || second > 59) return null
  const date = new Date(Date.UTC(year, month - 1, day))
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null
  let wall = date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000
  if (end && match[4] === undefined) wall = match[3] === undefined ? Date.UTC(year, month, 1) : wall + DAY
  return instantOf(wall, zone)
}
