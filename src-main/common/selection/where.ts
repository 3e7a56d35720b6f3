import type { Selection } from '../contract/selection.ts'
import { reportsMatching } from './fts.ts'

export interface Where {
  /** A condition over an account's id, e.g. for `WHERE ${sql}`; '1' when everybody is selected. */
  sql: string
  params: (string | number)[]
}

/** What a condition is made from besides the selection. */
export interface WhereContext {
  /** The runs that are shown; see core/workspace/queries.ts newestRuns. */
  runs: { communities?: number; scores?: number; report_classes?: number }
  /** Ids of a stored set; empty where there is none of that id. */
  setIds(id: number): Iterable<number>
}

export type SelectionPart = keyof Selection
type Part<K extends SelectionPart> = (
  value: NonNullable<Selection[K]>,
  column: string,
  context: WhereContext,
) => Where

const json = (values: readonly unknown[]) => JSON.stringify(values)
const where = (sql: string, ...params: (string | number)[]): Where => ({ sql, params })

/** Accounts and the entities they use, by links and by events, as a table `used (a, e)`. */
const USED = `SELECT account_id AS a, entity_id AS e FROM link
  UNION SELECT account_id, ip_id FROM event WHERE ip_id IS NOT NULL
  UNION SELECT account_id, device_id FROM event WHERE device_id IS NOT NULL`

/** Numbers of an attribute: what JavaScript reads as one; everything else is no number. */
export function numberOf(text: unknown): number | null {
  if (typeof text === 'number') return text
  if (typeof text !== 'string' || text.trim() === '') return null
  const value = Number(text)
  return Number.isFinite(value) ? value : null
}
/** SQL function of the name, made of numberOf: a connection that selects by attributes must know it. */
export const NUMBER_OF = 'shoal_number_of'

/** Every part of a selection as SQL: the reference that the explorer's columns are tested against. */
export const WHERE_PARTS: { [K in SelectionPart]-?: Part<K> } = {
  communities: (ids, column, { runs }) =>
    where(
      `${column} IN (SELECT account_id FROM community_member
         WHERE run_id = ? AND community_id IN (SELECT value FROM json_each(?)))`,
      runs.communities ?? -1,
      json(ids),
    ),
  accounts: (ids, column) => where(`${column} IN (SELECT value FROM json_each(?))`, json(ids)),
  // Long spans hold most accounts: probing each account's own index is cheaper than listing the events.
  time: ({ from, to }, column) =>
    where(
      `EXISTS (SELECT 1 FROM event e WHERE e.account_id = ${column} AND e.ts >= ? AND e.ts < ?)`,
      from,
      to,
    ),
  registered: ({ from, to }, column) =>
    where(
      `${column} IN (SELECT account_id FROM account_record WHERE registered_at >= ? AND registered_at < ?)`,
      from,
      to,
    ),
  risk: ({ min, max }, column, { runs }) =>
    where(
      `${column} IN (SELECT account_id FROM score WHERE run_id = ? AND score >= ? AND score <= ?)`,
      runs.scores ?? -1,
      min,
      max,
    ),
  text: (text, column) => {
    const match = reportsMatching(text, 'r.id')
    return where(`${column} IN (SELECT r.account_id FROM report r WHERE ${match.sql})`, ...match.params)
  },
  reportClasses: (classes, column, { runs }) =>
    where(
      `${column} IN (SELECT r.account_id FROM report_class c JOIN report r ON r.id = c.report_id
         WHERE c.run_id = ? AND c.class IN (SELECT value FROM json_each(?)))`,
      runs.report_classes ?? -1,
      json(classes),
    ),
  verdicts: (verdicts, column) =>
    where(
      `(SELECT j.verdict FROM judgement j WHERE j.target_kind = 'account' AND j.target = ${column}
          AND j.retracted_at IS NULL ORDER BY j.id DESC LIMIT 1) IN (SELECT value FROM json_each(?))`,
      json(verdicts),
    ),
  labels: (labels, column) =>
    where(
      `${column} IN (SELECT account_id FROM label WHERE label IN (SELECT value FROM json_each(?)))`,
      json(labels),
    ),
  sets: (ids, column, { setIds }) =>
    where(
      `${column} IN (SELECT value FROM json_each(?))`,
      json([...new Set(ids.flatMap((id) => [...setIds(id)]))]),
    ),
  withoutSets: (ids, column, { setIds }) =>
    where(
      `${column} NOT IN (SELECT value FROM json_each(?))`,
      json([...new Set(ids.flatMap((id) => [...setIds(id)]))]),
    ),
  entities: (ids, column) =>
    where(
      `${column} IN (SELECT account_id FROM link WHERE entity_id IN (SELECT value FROM json_each(?))
         UNION SELECT account_id FROM event WHERE ip_id IN (SELECT value FROM json_each(?))
         UNION SELECT account_id FROM event WHERE device_id IN (SELECT value FROM json_each(?)))`,
      json(ids),
      json(ids),
      json(ids),
    ),
  sharing: ({ type, atLeast }, column) =>
    where(
      `${column} IN (WITH used AS MATERIALIZED (SELECT u.a, u.e FROM (${USED}) u JOIN ready_account k ON k.id = u.a JOIN entity n ON n.id = u.e
           ${type === null ? '' : `WHERE n.type_id = (SELECT id FROM term WHERE domain = 'entity_type' AND value = ?)`})
         SELECT x.a FROM used x JOIN used y ON y.e = x.e AND y.a <> x.a
         GROUP BY x.a, y.a HAVING count(*) >= ?)`,
      ...(type === null ? [] : [type]),
      atLeast,
    ),
  attributes: (wanted, column) => {
    const parts = wanted.map(({ name, values, min, max }) => {
      const either: string[] = []
      const params: (string | number)[] = [`$.${JSON.stringify(name)}`]
      if (values) {
        either.push('v IN (SELECT value FROM json_each(?))')
        params.push(json(values))
      }
      if (min !== undefined || max !== undefined) {
        either.push(`(${NUMBER_OF}(v) >= ? AND ${NUMBER_OF}(v) <= ?)`)
        params.push(min ?? -Number.MAX_VALUE, max ?? Number.MAX_VALUE)
      }
      return where(
        `${column} IN (SELECT id FROM (SELECT id, json_extract(attributes, ?) AS v FROM account_current)
           WHERE v IS NOT NULL AND v <> ''${either.length > 0 ? ` AND (${either.join(' OR ')})` : ''})`,
        ...params,
      )
    })
    return where(parts.map((p) => p.sql).join(' AND ') || '1', ...parts.flatMap((p) => p.params))
  },
  tags: (tags, column) =>
    where(
      `${column} IN (SELECT g.target FROM tagging g JOIN tag t ON t.id = g.tag_id
         WHERE g.target_kind = 'account' AND g.removed_at IS NULL
           AND t.name IN (SELECT value FROM json_each(?)))`,
      json(tags),
    ),
  // An act in the window is an event, or for bursts of registrations the registration that the account's row states.
  anomalies: (ids, column) => {
    const inGroup = (account: string, context: string, country: string) =>
      `CASE a.group_kind
         WHEN 'all' THEN 1
         WHEN 'community' THEN EXISTS (SELECT 1 FROM community_member m
           WHERE m.run_id = (SELECT parent_run_id FROM run WHERE id = a.run_id) AND m.account_id = ${account}
             AND m.community_id = CAST(a.group_key AS INTEGER))
         WHEN 'context' THEN ${context} = a.group_key
         WHEN 'country' THEN ${country} = a.group_key
         ELSE 0 END`
    return where(
      `${column} IN (
         SELECT e.account_id FROM json_each(?) i JOIN anomaly a ON a.id = i.value
         JOIN event e ON e.ts >= a.window_start AND e.ts < a.window_end
         LEFT JOIN term c ON c.id = e.context_id LEFT JOIN term l ON l.id = e.country_id
         WHERE ${inGroup('e.account_id', 'c.value', 'l.value')}
         UNION
         SELECT r.account_id FROM json_each(?) i JOIN anomaly a ON a.id = i.value AND a.series = 'registrations'
         JOIN account_record r ON r.registered_at >= a.window_start AND r.registered_at < a.window_end
         WHERE a.group_kind IN ('all', 'community') AND ${inGroup('r.account_id', 'NULL', 'NULL')})`,
      json(ids),
      json(ids),
    )
  },
}

/** One part as a condition over the account id in `column`. */
export const partWhere = <K extends SelectionPart>(
  key: K,
  value: NonNullable<Selection[K]>,
  column: string,
  context: WhereContext,
): Where => (WHERE_PARTS[key] as Part<K>)(value, column, context)

/** Whether a part of a selection says nothing: texts that are empty do. */
export const isUnset = (selection: Selection, key: SelectionPart): boolean =>
  selection[key] === undefined || (key === 'text' && selection.text === '')

/** All parts of a selection but `except`, joined. */
export function whereOf(
  selection: Selection,
  column: string,
  context: WhereContext,
  except: readonly SelectionPart[] = [],
): Where {
  const parts = (Object.keys(WHERE_PARTS) as SelectionPart[])
    .filter((key) => !except.includes(key) && !isUnset(selection, key))
    .map((key) => partWhere<SelectionPart>(key, selection[key]!, column, context))
  return { sql: parts.map((p) => p.sql).join(' AND ') || '1', params: parts.flatMap((p) => p.params) }
}
