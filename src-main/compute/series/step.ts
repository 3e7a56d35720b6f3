import { createHash } from 'node:crypto'
import type { ComputeContext } from '../context.ts'
import { ROWS_PER_TRANSACTION } from '../store/open.ts'
import { beginRun, factsHash, finishRun } from '../store/runs.ts'
import { readSeriesFacts } from './facts.ts'
import type { Moments } from './facts.ts'
import type { Baseline } from './baseline.ts'
import { BURST_SCALES_MS } from './bursts.ts'
import { detectLogins, detectRegistrations, LOGIN_SCALES } from './detect.ts'
import type { Detection } from './detect.ts'
import { communityOfAccount, groupMoments, MIN_MEMBERS } from './groups.ts'
import type { Communities, Group } from './groups.ts'
import { benjaminiHochberg, SCAN } from './scan.ts'
import type { Found, Window } from './scan.ts'
import { MIN_HOURS, usefulSpan } from './span.ts'
import type { Span } from './span.ts'

export type SeriesName = 'logins' | 'failed_logins' | 'registrations'

export const SERIES_PARAMS = {
  falseDiscoveryRate: 0.01,
  minMembers: MIN_MEMBERS,
  /** Groups with fewer events than this are not looked at. */
  minEvents: 10,
  minObserved: SCAN.minObserved,
  minRatio: SCAN.minRatio,
  loginScalesHours: LOGIN_SCALES.map((s) => s.bins),
  registrationScalesMinutes: BURST_SCALES_MS.map((ms) => ms / 60_000),
} as const

/** A group with at least one window worth keeping, held until the run's false discovery rate can be settled. */
interface Held {
  readonly name: SeriesName
  readonly group: Group
  readonly windows: readonly Window[]
}

/** Where the moments of one series lie in time. */
interface Source {
  readonly moments: Moments
  readonly span: Span
  /** Of all of them, once known; small groups may borrow it. */
  whole: Baseline | null
}

/**
 * Finds windows in which groups of accounts logged in, failed to log in or registered unusually often.
 *
 * Groups are everything, each context, each country and each community of at least 20 members. Each group's
 * hourly counts get a robust hour-of-week baseline (baseline.ts) and are scanned at fixed scales (scan.ts);
 * all windows of all groups are one Benjamini–Hochberg family at rate 0.01. Only excess is looked for: quiet hours
 * are not reported. Writes `anomaly` rows under a run of kind 'series'.
 *
 * @param communities membership[i] is the community of accountIds[i], 0xffffffff for none; null leaves
 *   communities out
 */
export async function runSeriesStep(
  ctx: ComputeContext,
  communities: Communities | null,
  accountIds: Uint32Array,
): Promise<{ runId: number; anomalies: number }> {
  const inputs: Record<string, string> = { facts: factsHash(ctx, ['accounts', 'events']) }
  if (communities !== null) inputs['communities'] = membershipHash(communities, accountIds)
  const runId = beginRun(ctx, {
    kind: 'series',
    algorithm: 'hour-of-week-scan',
    algorithmVersion: '1',
    params: { ...SERIES_PARAMS },
    inputs,
    ...(communities !== null && { parentRunId: communities.runId }),
  })
  const facts = await readSeriesFacts(ctx)
  const community = communities === null ? null : communityOfAccount(communities, accountIds)

  const { logins, failedLogins, registrations, offset } = facts
  const loginSpan = usefulSpan(logins.ts.subarray(0, logins.n), offset)
  const registrationSpan = usefulSpan(registrations.ts.subarray(0, registrations.n), offset)
  const sources: Record<SeriesName, Source> = {
    logins: { moments: logins, span: loginSpan, whole: null },
    failed_logins: { moments: failedLogins, span: loginSpan, whole: null },
    registrations: { moments: registrations, span: registrationSpan, whole: null },
  }

  const work: { name: SeriesName; group: Group }[] = []
  for (const name of Object.keys(sources) as SeriesName[]) {
    const { moments, span } = sources[name]
    if (span.hours < MIN_HOURS) continue
    for (const group of groupMoments(moments, community, facts.terms, SERIES_PARAMS.minEvents))
      work.push({ name, group })
    await ctx.checkpoint()
  }

  let tests = 0
  const methods: Partial<Record<SeriesName, string>> = {}
  const held: Held[] = []
  for (const [done, { name, group }] of work.entries()) {
    const source = sources[name]
    const { baseline, tests: many, windows } = detectGroup(name, source, group)
    // A series' first group is all of it (groups.ts).
    if (group.kind === 'all') {
      source.whole = baseline
      methods[name] = baseline.method
    }
    tests += many
    if (windows.length > 0) held.push({ name, group, windows })
    ctx.progress({ phase: 'series.scan', done: done + 1, total: work.length, unit: 'steps' })
    await ctx.checkpoint()
  }

  const rows = await settle(ctx, held, tests, sources)
  await store(ctx, runId, rows)
  finishRun(ctx, runId, {
    stats: {
      anomalies: rows.length,
      groups: work.length,
      tests,
      logins: logins.n,
      failedLogins: failedLogins.n,
      registrations: registrations.n,
      offsetMinutes: offset,
      baselines: methods,
    },
  })
  return { runId, anomalies: rows.length }
}

function detectGroup(name: SeriesName, { moments, span, whole }: Source, group: Group): Detection {
  const times = Float64Array.from(group.rows, (row) => moments.ts[row])
  return name === 'registrations'
    ? detectRegistrations(times, span, group.kind === 'all' ? null : whole)
    : detectLogins(times, span)
}

/** One row of `anomaly`, in the table's order. */
type AnomalyRow = [
  series: SeriesName,
  groupKind: string,
  groupKey: string,
  start: number,
  end: number,
  observed: number,
  expected: number,
  z: number,
  q: number,
]

/** Settles which windows pass, over the whole family, and makes them readable. */
async function settle(
  ctx: ComputeContext,
  held: readonly Held[],
  tests: number,
  sources: Record<SeriesName, Source>,
): Promise<AnomalyRow[]> {
  let n = 0
  for (const { windows } of held) n += windows.length
  const logPs = new Float64Array(n)
  let at = 0
  for (const { windows } of held) for (const w of windows) logPs[at++] = w.logP
  const q = benjaminiHochberg(logPs, tests)

  const rows: AnomalyRow[] = []
  at = 0
  for (const { name, group, windows } of held) {
    const passing: Found[] = []
    for (const window of windows) {
      const value = q[at++]
      if (value <= SERIES_PARAMS.falseDiscoveryRate) passing.push({ ...window, q: value })
    }
    if (passing.length === 0) continue
    for (const found of detectGroup(name, sources[name], group).merge(passing))
      rows.push([
        name,
        group.kind,
        group.key,
        found.start,
        found.end,
        found.observed,
        found.expected,
        found.z,
        found.q,
      ])
    await ctx.checkpoint()
  }
  return rows
}

async function store(ctx: ComputeContext, runId: number, rows: readonly AnomalyRow[]): Promise<void> {
  const insert = ctx.db.prepare(
    `INSERT INTO anomaly (run_id, series, group_kind, group_key, window_start, window_end, observed, expected,
                          score, q) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertMany = ctx.db.transaction((some: readonly AnomalyRow[]) => {
    for (const row of some) insert.run(runId, ...row)
  })
  for (let from = 0; from < rows.length; from += ROWS_PER_TRANSACTION) {
    insertMany(rows.slice(from, from + ROWS_PER_TRANSACTION))
    await ctx.checkpoint()
  }
}

function membershipHash(communities: Communities, accountIds: Uint32Array): string {
  const hash = createHash('sha256')
  for (const part of [accountIds, communities.membership])
    hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
  return hash.digest('hex')
}
