import type { Database } from 'better-sqlite3'
import { current } from '../../common/facts/superseded.ts'
import type { HistoryEntry, ScoreStep } from '../../common/contract/pages.ts'
import { isFailure, isLogin, isRegistration } from '../../common/outcomes.ts'
import { newestRuns } from '../workspace/queries.ts'
import { sourceRef } from './queries.ts'

const DAY = 86_400_000
/** Relations are named one by one up to so many, the earliest first. */
const RELATIONS = 200
/** A score that moved less than this from one run to the next is no event; `scores` has them all. */
const MOVED = 0.005

interface Fact {
  at: number
  sourceId: number
  row: number
}

/** What files say, oldest first: registration, days with events, reports, labels, when relations began. */
function observed(db: Database, id: number): HistoryEntry[] {
  const ready = 'source_id IN (SELECT id FROM ready_source)'
  const entries: HistoryEntry[] = []
  const add = (
    fact: Fact,
    kind: HistoryEntry['kind'],
    values: HistoryEntry['values'],
    more: Partial<HistoryEntry> = {},
  ) =>
    entries.push({
      at: fact.at,
      knowledge: 'observed',
      kind,
      values,
      provenance: sourceRef(db, fact.sourceId, fact.row),
      ...more,
    })
  const registered = db
    .prepare(
      `SELECT DISTINCT registered_at AS at, tz_offset AS tz, source_id AS sourceId, row FROM account_record
       WHERE account_id = ? AND registered_at IS NOT NULL AND ${ready}`,
    )
    .all(id) as (Fact & { tz: number | null })[]
  for (const fact of registered) add(fact, 'registered', { zone: fact.tz })

  const events = db
    .prepare(
      `SELECT e.ts AS at, coalesce(e.tz_offset, 0) AS tz, k.value AS kind, o.value AS outcome, e.source_id AS sourceId,
              e.row
       FROM event e JOIN term k ON k.id = e.kind_id LEFT JOIN term o ON o.id = e.outcome_id
       WHERE e.account_id = ? AND e.${ready} ORDER BY e.ts`,
    )
    .iterate(id) as Iterable<Fact & { tz: number; kind: string; outcome: string | null }>
  // One line per local day: a busy account has thousands of logins, and the day is what tells a story.
  const days: { fact: Fact; key: number; logins: number; failed: number; other: number }[] = []
  for (const event of events) {
    if (isRegistration(event.kind)) continue
    const key = Math.floor((event.at + event.tz * 60_000) / DAY)
    let day = days.at(-1)
    if (day?.key !== key) days.push((day = { fact: event, key, logins: 0, failed: 0, other: 0 }))
    if (isLogin(event.kind)) {
      if (isFailure(event.outcome)) day.failed++
      else day.logins++
    } else day.other++
  }
  for (const { fact, logins, failed, other } of days) add(fact, 'day', { logins, failed, other })

  const reports = db
    .prepare(
      `SELECT id, ts AS at, category, source_id AS sourceId, row FROM report
       WHERE account_id = ? AND ts IS NOT NULL AND ${ready}`,
    )
    .all(id) as (Fact & { id: number; category: string | null })[]
  for (const fact of reports) add(fact, 'report', { report: fact.id, category: fact.category })
  const labels = db
    .prepare(
      `SELECT ts AS at, label, label_source AS who, source_id AS sourceId, row FROM label
       WHERE account_id = ? AND ts IS NOT NULL AND ${ready}`,
    )
    .all(id) as (Fact & { label: string; who: string | null })[]
  for (const fact of labels) add(fact, 'label', { label: fact.label, who: fact.who })
  const relations = db
    .prepare(
      `SELECT r.first_seen AS at, t.value AS type, r.src_id = $id AS out, a.id AS other, a.key, r.source_id AS sourceId,
              r.row
       FROM (SELECT * FROM relation WHERE src_id = $id UNION ALL SELECT * FROM relation WHERE dst_id = $id) r
       JOIN term t ON t.id = r.type_id JOIN account a ON a.id = CASE WHEN r.src_id = $id THEN r.dst_id ELSE r.src_id END
       WHERE r.first_seen IS NOT NULL AND r.${ready}${current(db, 'relation', 'r')} ORDER BY r.first_seen LIMIT $most`,
    )
    .all({ id, most: RELATIONS }) as (Fact & { type: string; out: number; other: number; key: string })[]
  for (const fact of relations)
    add(fact, 'relation', { type: fact.type, out: fact.out }, { account: { id: fact.other, key: fact.key } })
  return entries
}

/** Every run that scored the account, oldest first, with what changed. */
export function scoreSteps(db: Database, id: number): ScoreStep[] {
  const shown = newestRuns(db).scores
  const rows = db
    .prepare(
      `SELECT r.id AS runId, coalesce(r.finished_at, r.started_at) AS at, r.algorithm, r.model_name AS model, s.score
       FROM run r JOIN score s ON s.run_id = r.id AND s.account_id = ?
       WHERE r.status = 'done' AND r.kind = 'scores' ORDER BY r.id`,
    )
    .all(id) as Omit<ScoreStep, 'change' | 'shown'>[]
  return rows.map((row, i) => ({
    ...row,
    change: i === 0 ? null : row.score - rows[i - 1]!.score,
    shown: row.runId === shown,
  }))
}

/** What runs found: scores and their changes, and the community of each run whose partition was laid out. */
function inferred(db: Database, id: number, scores: ScoreStep[]): HistoryEntry[] {
  const telling = scores.filter((s) => s.change === null || s.shown || Math.abs(s.change) >= MOVED)
  const found: HistoryEntry[] = telling.map((s) => ({
    at: s.at,
    knowledge: 'inferred',
    kind: 'scored',
    values: { score: s.score, change: s.change, model: s.model },
    runId: s.runId,
  }))
  const communities = db
    .prepare(
      `SELECT r.id AS runId, coalesce(r.finished_at, r.started_at) AS at, m.community_id AS community, c.size
       FROM run r JOIN community_member m ON m.run_id = r.id AND m.account_id = ?
       JOIN community c ON c.run_id = r.id AND c.id = m.community_id
       WHERE r.status = 'done' AND r.kind = 'communities'
         AND EXISTS (SELECT 1 FROM run l WHERE l.parent_run_id = r.id AND l.kind = 'layout' AND l.status = 'done')`,
    )
    .all(id) as { runId: number; at: number; community: number; size: number }[]
  for (const { runId, at, ...values } of communities)
    found.push({ at, knowledge: 'inferred', kind: 'community', values, runId })
  return found
}

/** What people said, with what they took back. */
function judged(db: Database, id: number): HistoryEntry[] {
  const entries: HistoryEntry[] = []
  const add = (at: number, kind: HistoryEntry['kind'], values: HistoryEntry['values'], by?: string) =>
    entries.push({ at, knowledge: 'judged', kind, values, ...(by !== undefined && { by }) })
  const judgements = db
    .prepare(
      `SELECT verdict, reason, created_at AS at, created_by AS by, retracted_at AS gone FROM judgement
       WHERE target_kind = 'account' AND target = ?`,
    )
    .all(id) as { verdict: string; reason: string; at: number; by: string; gone: number | null }[]
  for (const j of judgements) {
    add(j.at, 'judged', { verdict: j.verdict, reason: j.reason }, j.by)
    if (j.gone !== null) add(j.gone, 'retracted', { verdict: j.verdict })
  }
  const notes = db
    .prepare(
      `SELECT text, created_at AS at, created_by AS by FROM note
       WHERE target_kind = 'account' AND target = ? AND retracted_at IS NULL`,
    )
    .all(id) as { text: string; at: number; by: string }[]
  for (const n of notes) add(n.at, 'note', { text: n.text }, n.by)
  const tags = db
    .prepare(
      `SELECT t.name, g.created_at AS at, g.created_by AS by, g.removed_at AS gone FROM tagging g
       JOIN tag t ON t.id = g.tag_id WHERE g.target_kind = 'account' AND g.target = ?`,
    )
    .all(id) as { name: string; at: number; by: string; gone: number | null }[]
  for (const g of tags) {
    add(g.at, 'tagged', { tag: g.name }, g.by)
    if (g.gone !== null) add(g.gone, 'untagged', { tag: g.name })
  }
  const items = db
    .prepare(
      `SELECT c.id, c.name, i.added_at AS at, i.added_by AS by, i.removed_at AS gone FROM case_item i
       JOIN case_file c ON c.id = i.case_id AND c.removed_at IS NULL WHERE i.kind = 'account' AND i.ref = ?`,
    )
    .all(id) as { id: number; name: string; at: number; by: string; gone: number | null }[]
  for (const i of items) {
    add(i.at, 'caseIn', { case: i.id, name: i.name }, i.by)
    if (i.gone !== null) add(i.gone, 'caseOut', { case: i.id, name: i.name })
  }
  return entries
}

/** Everything that happened to an account, newest first, with how its score went from run to run. */
export function accountHistory(
  db: Database,
  input: { id: number; knowledge?: HistoryEntry['knowledge'] | undefined; offset: number; limit: number },
): { total: number; rows: HistoryEntry[]; scores: ScoreStep[] } {
  const scores = scoreSteps(db, input.id)
  const wanted = (kind: HistoryEntry['knowledge']) =>
    input.knowledge === undefined || input.knowledge === kind
  const all = [
    ...(wanted('observed') ? observed(db, input.id) : []),
    ...(wanted('inferred') ? inferred(db, input.id, scores) : []),
    ...(wanted('judged') ? judged(db, input.id) : []),
  ]
  all.reverse()
  all.sort((a, b) => b.at - a.at)
  return { total: all.length, rows: all.slice(input.offset, input.offset + input.limit), scores }
}
