import type { Span } from '../../../src-main/common/contract/selection.ts'
import { DAY, HOUR } from './scale.ts'
import { instantOf, wallOf, type Zone } from './zone.ts'

export interface Shade {
  kind: 'night' | 'weekend'
  from: number
  to: number
}

/** Nights are 22:00 to 06:00 on the zone's clock; above so many days they would be hatching. */
const MOST_NIGHTS = 16
const MOST_WEEKENDS = 200

/** Nights and weekends within a view, on the zone's calendar; none where they would lie too close to be told apart. */
export function shadesFor(view: Span, zone: Zone): Shade[] {
  const days = (view.to - view.from) / DAY
  const shades: Shade[] = []
  if (days > MOST_WEEKENDS) return shades
  const add = (kind: Shade['kind'], fromWall: number, toWall: number) => {
    const from = Math.max(view.from, instantOf(fromWall, zone))
    const to = Math.min(view.to, instantOf(toWall, zone))
    if (to > from) shades.push({ kind, from, to })
  }
  const first = Math.floor(wallOf(view.from, zone) / DAY) - 1
  const last = Math.floor(wallOf(view.to, zone) / DAY)
  for (let day = first; day <= last; day++) {
    const start = day * DAY
    // Day 2 after 1 January 1970, a Thursday, was a Saturday.
    if ((((day - 2) % 7) + 7) % 7 === 0) add('weekend', start, start + 2 * DAY)
    if (days <= MOST_NIGHTS) add('night', start + 22 * HOUR, start + 30 * HOUR)
  }
  return shades
}
