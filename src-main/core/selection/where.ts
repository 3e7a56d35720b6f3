import type { Database } from 'better-sqlite3'
import type { Selection } from '../../common/contract/selection.ts'
import { newestRuns } from '../workspace/queries.ts'
import { reportsMatching } from './fts.ts'

export interface Where {
  /** A condition over an account's id, e.g. for `WHERE ${sql}`; '1' when everybody is selected. */
  sql: string
  params: (string | number)[]
}

/**
 * The selection as SQL over the account id in `column`. Parts that need a run which has not been made select
 * nobody, so that a filter never silently stops filtering. `except` leaves parts out: a view filters the others
 * and never itself.
 */
export function selectionWhere(
  db: Database,
  selection: Selection,
  column: string,
  except: readonly (keyof Selection)[] = [],
): Where {
  const parts: string[] = []
  const params: (string | number)[] = []
  const add = (sql: string, ...values: (string | number)[]) => {
    parts.push(sql)
    params.push(...values)
  }
  const runs = newestRuns(db)
  const use = <K extends keyof Selection>(key: K): Selection[K] | undefined =>
    except.includes(key) ? undefined : selection[key]

  const communities = use('communities')
  if (communities) {
    add(
      `${column} IN (SELECT account_id FROM community_member
         WHERE run_id = ? AND community_id IN (SELECT value FROM json_each(?)))`,
      runs.communities ?? -1,
      JSON.stringify(communities),
    )
  }
  const accounts = use('accounts')
  if (accounts) add(`${column} IN (SELECT value FROM json_each(?))`, JSON.stringify(accounts))
  const time = use('time')
  if (time) {
    // Long spans hold most accounts: probing each account's own index is cheaper than listing the events.
    add(
      `EXISTS (SELECT 1 FROM event e WHERE e.account_id = ${column} AND e.ts >= ? AND e.ts < ?)`,
      time.from,
      time.to,
    )
  }
  const registered = use('registered')
  if (registered) {
    add(
      `${column} IN (SELECT account_id FROM account_record WHERE registered_at >= ? AND registered_at < ?)`,
      registered.from,
      registered.to,
    )
  }
  const risk = use('risk')
  if (risk) {
    add(
      `${column} IN (SELECT account_id FROM score WHERE run_id = ? AND score >= ? AND score <= ?)`,
      runs.scores ?? -1,
      risk.min,
      risk.max,
    )
  }
  const text = use('text')
  if (text) {
    const match = reportsMatching(text, 'r.id')
    add(`${column} IN (SELECT r.account_id FROM report r WHERE ${match.sql})`, ...match.params)
  }
  const classes = use('reportClasses')
  if (classes) {
    add(
      `${column} IN (SELECT r.account_id FROM report_class c JOIN report r ON r.id = c.report_id
         WHERE c.run_id = ? AND c.class IN (SELECT value FROM json_each(?)))`,
      runs.report_classes ?? -1,
      JSON.stringify(classes),
    )
  }
  const verdicts = use('verdicts')
  if (verdicts) {
    add(
      `(SELECT j.verdict FROM judgement j WHERE j.target_kind = 'account' AND j.target = ${column}
          AND j.retracted_at IS NULL ORDER BY j.id DESC LIMIT 1) IN (SELECT value FROM json_each(?))`,
      JSON.stringify(verdicts),
    )
  }
  const labels = use('labels')
  if (labels) {
    add(
      `${column} IN (SELECT account_id FROM label WHERE label IN (SELECT value FROM json_each(?)))`,
      JSON.stringify(labels),
    )
  }
  return { sql: parts.length > 0 ? parts.join(' AND ') : '1', params }
}

export function isEverybody(selection: Selection, except: readonly (keyof Selection)[] = []): boolean {
  return (Object.keys(selection) as (keyof Selection)[]).every(
    (key) => selection[key] === undefined || except.includes(key),
  )
}
