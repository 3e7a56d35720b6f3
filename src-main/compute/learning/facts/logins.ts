/** What the model says of one account's logins, gathered row by row in order of time. */
export interface LoginRow {
  ts: number
  /** Minutes east of UTC, where the file stated them. */
  tzOffset: number | null
  context: number | null
  ip: number | null
  device: number | null
  country: number | null
  /** null: not stated. */
  failed: boolean | null
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Local hours that count as night: [0, 6). */
const NIGHT_ENDS = 6

export const LOGIN_COLUMNS = [
  'logins',
  'login_active_days',
  'login_night_share',
  'login_hour_entropy',
  'login_ips',
  'login_contexts',
  'login_recency',
  'login_failure_share',
  'login_devices',
  'login_new_device_share',
  'login_countries',
  'login_country_changes',
  'login_burstiness',
] as const

/** Accumulates one account at a time; `write` hands the account's values over and starts the next. */
export class LoginSummary {
  private count = 0
  private days = 0
  private lastDay = NaN
  private night = 0
  private readonly hours = new Float64Array(24)
  private readonly ips = new Set<number>()
  private readonly contexts = new Set<number>()
  private readonly devices = new Set<number>()
  private readonly countries = new Set<number>()
  private stated = 0
  private failures = 0
  private withDevice = 0
  private newDevices = 0
  private withCountry = 0
  private countryChanges = 0
  private lastCountry = -1
  private last = NaN
  private gaps = 0
  private gapSum = 0
  private gapSquares = 0

  push(row: LoginRow): void {
    this.count++
    const local = row.ts + (row.tzOffset ?? 0) * 60_000
    const day = Math.floor(local / DAY)
    if (day !== this.lastDay) this.days++
    this.lastDay = day
    const hour = Math.floor((local - day * DAY) / HOUR)
    this.hours[hour]++
    if (hour < NIGHT_ENDS) this.night++
    if (row.ip !== null) this.ips.add(row.ip)
    if (row.context !== null) this.contexts.add(row.context)
    if (row.device !== null) {
      // The first device is not a new one: there was nothing to differ from.
      if (this.withDevice > 0 && !this.devices.has(row.device)) this.newDevices++
      this.withDevice++
      this.devices.add(row.device)
    }
    if (row.country !== null) {
      if (this.withCountry > 0 && row.country !== this.lastCountry) this.countryChanges++
      this.lastCountry = row.country
      this.withCountry++
      this.countries.add(row.country)
    }
    if (row.failed !== null) {
      this.stated++
      if (row.failed) this.failures++
    }
    if (this.count > 1) {
      const gap = row.ts - this.last
      this.gaps++
      this.gapSum += gap
      this.gapSquares += gap * gap
    }
    this.last = row.ts
  }

  /** Writes the account's values to row u. `newest` is the newest fact of the export, ms. */
  write(columns: ReadonlyMap<string, Float32Array>, u: number, newest: number): void {
    const set = (name: (typeof LOGIN_COLUMNS)[number], value: number) => {
      columns.get(name)![u] = value
    }
    const { count } = this
    set('logins', count)
    set('login_active_days', this.days)
    if (count > 0) {
      set('login_night_share', this.night / count)
      let entropy = 0
      for (const h of this.hours) if (h > 0) entropy -= (h / count) * Math.log(h / count)
      // Of what is possible: few logins can't be spread over all hours.
      set('login_hour_entropy', count > 1 ? entropy / Math.log(Math.min(24, count)) : 0)
      set('login_ips', this.ips.size)
      set('login_contexts', this.contexts.size)
      set('login_recency', Math.max(0, newest - this.last) / DAY)
    }
    if (this.stated > 0) set('login_failure_share', this.failures / this.stated)
    if (this.withDevice > 0) {
      set('login_devices', this.devices.size)
      set('login_new_device_share', this.withDevice > 1 ? this.newDevices / (this.withDevice - 1) : 0)
    }
    if (this.withCountry > 0) {
      set('login_countries', this.countries.size)
      set('login_country_changes', this.withCountry > 1 ? this.countryChanges / (this.withCountry - 1) : 0)
    }
    if (this.gaps >= 2) {
      // Goh & Barabási 2008: (σ − μ)/(σ + μ) of the times between logins; −1 a clock, 0 random, 1 bursts.
      const mean = this.gapSum / this.gaps
      const sigma = Math.sqrt(Math.max(0, this.gapSquares / this.gaps - mean * mean))
      set('login_burstiness', sigma + mean > 0 ? (sigma - mean) / (sigma + mean) : 0)
    }
    this.clear()
  }

  private clear(): void {
    this.count = this.days = this.night = this.stated = this.failures = 0
    this.withDevice = this.newDevices = this.withCountry = this.countryChanges = 0
    this.gaps = this.gapSum = this.gapSquares = 0
    this.lastDay = this.last = NaN
    this.hours.fill(0)
    this.ips.clear()
    this.contexts.clear()
    this.devices.clear()
    this.countries.clear()
  }
}
