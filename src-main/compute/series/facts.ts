import { isFailure, isLogin, isRegistration } from '../../common/outcomes.ts'
import type { ComputeContext } from '../context.ts'

/** Events of one kind as columns, in no particular order. */
export interface Moments {
  readonly n: number
  /** Milliseconds since the epoch, UTC. */
  readonly ts: Float64Array
  readonly account: Uint32Array
  /** Term ids; 0 where the file said nothing. */
  readonly context: Uint32Array
  readonly country: Uint32Array
}

export interface SeriesFacts {
  readonly logins: Moments
  readonly failedLogins: Moments
  /** One a registered account: when it registered. */
  readonly registrations: Moments
  /** Minutes east of UTC: the offset that most logins state, else most registrations, else 0. */
  readonly offset: number
  /** Terms by id. */
  readonly terms: ReadonlyMap<number, string>
}

const PAGE = 20_000
/** A Moments that grows. */
class Collector {
  n = 0
  ts = new Float64Array(1024)
  account = new Uint32Array(1024)
  context = new Uint32Array(1024)
  country = new Uint32Array(1024)

  add(ts: number, account: number, context: number, country: number): void {
    if (this.n === this.ts.length) {
      const size = this.n * 2
      const ts = new Float64Array(size)
      ts.set(this.ts)
      this.ts = ts
      this.account = longer(this.account, size)
      this.context = longer(this.context, size)
      this.country = longer(this.country, size)
    }
    this.ts[this.n] = ts
    this.account[this.n] = account
    this.context[this.n] = context
    this.country[this.n++] = country
  }
}

function longer(from: Uint32Array<ArrayBuffer>, size: number): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(size)
  to.set(from)
  return to
}

function mostCommon(votes: ReadonlyMap<number, number>): number | null {
  let best: number | null = null
  let most = 0
  for (const [value, count] of votes)
    if (count > most || (count === most && best !== null && value < best)) [best, most] = [value, count]
  return best
}

type EventRow = [
  id: number,
  account: number,
  ts: number,
  tz: number | null,
  kind: number,
  context: number | null,
  country: number | null,
  outcome: number | null,
  source: number,
]
type RecordRow = [
  id: number,
  account: number,
  at: number | null,
  tz: number | null,
  source: number,
  attributes: string | null,
]

/** Reads logins and registrations of ready sources page by page, so that the connection is free between pages. */
export async function readSeriesFacts(ctx: ComputeContext): Promise<SeriesFacts> {
  const terms = new Map<number, string>()
  const failures = new Set<number>()
  const contexts = new Map<string, number>()
  const loginKinds = new Set<number>()
  const failedKinds = new Set<number>()
  const registerKinds = new Set<number>()
  const termRows = ctx.db
    .prepare(
      `SELECT id, domain, value FROM term WHERE domain IN ('event_kind','context','country','outcome')`,
    )
    .all() as { id: number; domain: string; value: string }[]
  for (const { id, domain, value } of termRows) {
    terms.set(id, value)
    if (domain === 'context') contexts.set(value, id)
    else if (domain === 'outcome' && isFailure(value)) failures.add(id)
    else if (domain === 'event_kind' && isRegistration(value)) registerKinds.add(id)
    else if (domain === 'event_kind' && isLogin(value)) {
      loginKinds.add(id)
      // Exports that have no outcome name the failure in the kind: login_failed, login-failure.
      if (/fail|denied|失败/i.test(value)) failedKinds.add(id)
    }
  }
  const ready = new Set(
    ctx.db.prepare(`SELECT id FROM source WHERE status = 'ready'`).pluck().all() as number[],
  )

  const logins = new Collector()
  const failed = new Collector()
  const loginZones = new Map<number, number>()
  const registerZones = new Map<number, number>()
  const vote = (zones: Map<number, number>, tz: number | null) => {
    if (tz !== null) zones.set(tz, (zones.get(tz) ?? 0) + 1)
  }
  /** First register event of each account. */
  const registered = new Map<number, { ts: number; context: number; country: number }>()
  const total = ctx.db.prepare('SELECT coalesce(max(id), 0) FROM event').pluck().get() as number
  const page = ctx.db
    .prepare(
      `SELECT id, account_id, ts, tz_offset, kind_id, context_id, country_id, outcome_id, source_id
       FROM event WHERE id > ? ORDER BY id LIMIT ${PAGE}`,
    )
    .raw()
  for (let last = 0; ;) {
    const rows = page.all(last) as EventRow[]
    for (const [, account, ts, tz, kind, context, country, outcome, source] of rows) {
      if (!ready.has(source)) continue
      if (loginKinds.has(kind)) {
        logins.add(ts, account, context ?? 0, country ?? 0)
        if (failedKinds.has(kind) || (outcome !== null && failures.has(outcome)))
          failed.add(ts, account, context ?? 0, country ?? 0)
        vote(loginZones, tz)
      } else if (registerKinds.has(kind)) {
        const known = registered.get(account)
        if (known === undefined || ts < known.ts)
          registered.set(account, { ts, context: context ?? 0, country: country ?? 0 })
        vote(registerZones, tz)
      }
    }
    if (rows.length > 0) last = rows[rows.length - 1][0]
    ctx.progress({ phase: 'series.read', done: last, total, unit: 'rows' })
    if (rows.length < PAGE) break
    await ctx.checkpoint()
  }

  await readRecords(ctx, ready, registered, registerZones, (value) => {
    let id = contexts.get(value)
    if (id === undefined) {
      // Term ids are positive and small; channels that only accounts.csv names live above them.
      id = 0x8000_0000 + contexts.size
      contexts.set(value, id)
      terms.set(id, value)
    }
    return id
  })
  const registrations = new Collector()
  for (const [account, at] of registered) registrations.add(at.ts, account, at.context, at.country)
  return {
    logins,
    failedLogins: failed,
    registrations,
    offset: mostCommon(loginZones) ?? mostCommon(registerZones) ?? 0,
    terms,
  }
}

/** What accounts.csv says about registration goes before register events: the newest ready record that has a time. */
async function readRecords(
  ctx: ComputeContext,
  ready: ReadonlySet<number>,
  registered: Map<number, { ts: number; context: number; country: number }>,
  zones: Map<number, number>,
  contextId: (value: string) => number,
): Promise<void> {
  const page = ctx.db
    .prepare(
      `SELECT id, account_id, registered_at, tz_offset, source_id,
              CASE WHEN instr(attributes, '"channel"') OR instr(attributes, '"context"') THEN attributes END
       FROM account_record WHERE id > ? ORDER BY id LIMIT ${PAGE}`,
    )
    .raw()
  for (let last = 0; ;) {
    const rows = page.all(last) as RecordRow[]
    for (const [, account, at, tz, source, attributes] of rows) {
      if (at === null || !ready.has(source)) continue
      const event = registered.get(account)
      const channel = attributes === null ? '' : channelOf(attributes)
      registered.set(account, {
        ts: at,
        context: channel !== '' ? contextId(channel) : (event?.context ?? 0),
        country: event?.country ?? 0,
      })
      if (tz !== null) zones.set(tz, (zones.get(tz) ?? 0) + 1)
    }
    if (rows.length < PAGE) break
    last = rows[rows.length - 1][0]
    await ctx.checkpoint()
  }
}

function channelOf(attributes: string): string {
  const parsed = JSON.parse(attributes) as Record<string, unknown>
  const value = parsed['channel'] ?? parsed['context']
  return typeof value === 'string' ? value.trim() : ''
}
