import { ShoalError } from '../../../common/errors.ts'

const MINUTE = 60_000
/** Offsets change at most that often (the shortest step of any zone's rules is a quarter of an hour). */
const STEP = 15 * MINUTE
const OFFSET = /^([+-])(\d{2}):?(\d{2})$/

/**
 * Minutes east of UTC of a place's clock. A clock time that occurs twice (the hour that is set back) is the earlier of
 * the two; one that never occurs (the hour that is skipped) goes by the offset before the change.
 */
export class Zone {
  private readonly fixed: number | null
  private readonly format: Intl.DateTimeFormat | null
  private readonly known = new Map<number, number>()

  /** `name`: an IANA name or an offset such as '+08:00'. Throws ShoalError invalid_input. */
  constructor(name: string) {
    const offset = OFFSET.exec(name)
    this.fixed = offset ? (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3])) : null
    if (this.fixed !== null || name === 'UTC') {
      this.fixed ??= 0
      this.format = null
      return
    }
    try {
      this.format = new Intl.DateTimeFormat('en-US', {
        timeZone: name,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      })
    } catch {
      throw new ShoalError(
        'invalid_input',
        `There is no time zone ${name}. Name it like Asia/Shanghai, or give the offset like +08:00.`,
        { zone: name },
      )
    }
  }

  /** Offset at a clock time, given as the ms UTC at which a clock in UTC would show it. */
  offsetAt(clock: number): number {
    if (this.fixed !== null) return this.fixed
    const step = Math.floor(clock / STEP)
    let offset = this.known.get(step)
    if (offset === undefined) {
      const at = step * STEP
      // The offset in force a day before and a day after: one of them holds, the earlier one if both do.
      const before = this.offsetOfInstant(at - 24 * 60 * MINUTE)
      const after = this.offsetOfInstant(at + 24 * 60 * MINUTE)
      const holds = (minutes: number) => this.offsetOfInstant(at - minutes * MINUTE) === minutes
      offset = holds(before) || !holds(after) ? before : after
      this.known.set(step, offset)
    }
    return offset
  }

  private offsetOfInstant(ms: number): number {
    const part: Record<string, number> = {}
    for (const { type, value } of this.format!.formatToParts(ms)) part[type] = Number(value)
    const shown = Date.UTC(
      part['year']!,
      part['month']! - 1,
      part['day'],
      part['hour'],
      part['minute'],
      part['second'],
    )
    return Math.round((shown - Math.floor(ms / 1000) * 1000) / MINUTE)
  }
}
