import type { RowRef } from '../../../src-main/common/contract/provenance.ts'
import { api } from '../../client/api.ts'
import type { Cluster, Events } from './events.ts'

/** Accounts, or reports, that are asked after one by one at most. */
const MOST = 40
const ROWS = 200

/** An event as the timeline knows it: whose it was and when, ms UTC. */
export interface EventAt {
  account: number
  at: number
}

/** The events that a mark stands for, in the order of time; their lane tells them from others in between. */
export function eventsIn(cluster: Cluster, events: Events, lane: Int16Array): EventAt[] {
  const found: EventAt[] = []
  for (let i = cluster.first; i <= cluster.last && found.length < ROWS; i++)
    if (lane[i] === cluster.lane) found.push({ account: events.account[i], at: events.at[i] })
  return found
}

/**
 * The rows of files that state events, in the order of time, at most 200: of the first 40 accounts among them. Several
 * events of an account at one moment all answer. Rejects as the api does.
 */
export async function rowsOfEvents(asked: readonly EventAt[]): Promise<RowRef[]> {
  const times = new Map<number, Set<number>>()
  for (const { account, at } of asked) times.set(account, (times.get(account) ?? new Set()).add(at))
  const found = await Promise.all(
    [...times].slice(0, MOST).map(async ([id, at]) => {
      const span = { from: Math.min(...at), to: Math.max(...at) + 1 }
      const { rows } = await api.call('accounts.events', { id, span, limit: ROWS })
      return rows.filter(({ ts }) => at.has(ts))
    }),
  )
  return found
    .flat()
    .sort((a, b) => a.ts - b.ts || a.id - b.id)
    .slice(0, ROWS)
    .map(({ provenance: { sourceId, row } }) => ({ sourceId, row }))
}

/** The rows of files that state reports, in the order given, of the first 40. Rejects as the api does. */
export async function rowsOfReports(ids: readonly number[]): Promise<RowRef[]> {
  const reports = await Promise.all(ids.slice(0, MOST).map((id) => api.call('reports.get', { id })))
  return reports.map(({ provenance: { sourceId, row } }) => ({ sourceId, row }))
}
