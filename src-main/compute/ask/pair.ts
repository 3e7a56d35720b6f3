import type { AskPart } from '../../common/ask/parts.ts'
import type { Param } from './script.ts'

export type Paired = Extract<AskPart, { with: unknown }>
export type Pair = Paired['pair']
export interface Condition {
  sql: string
  params: Param[]
}

/** Table (id, at): when accounts registered, by their newest record. */
export const REGISTERED = 'ask_registered'

/**
 * How two accounts must relate, as a condition over SQL expressions for their ids and for the entity they share (null:
 * none is shared).
 */
export function pairCondition(
  pair: Pair,
  a: string,
  b: string,
  entity: string | null,
  communitiesRun: number,
): Condition {
  const parts: string[] = []
  const params: Param[] = []
  if (pair.registeredWithin !== undefined) {
    const at = (id: string) => `(SELECT at FROM ${REGISTERED} WHERE id = ${id})`
    parts.push(`abs(${at(a)} - ${at(b)}) <= ?`)
    params.push(pair.registeredWithin * 60_000)
  }
  if (pair.activeWithin !== undefined) {
    const on = (e: string) =>
      entity === null ? '1' : `(${e}.ip_id = ${entity} OR ${e}.device_id = ${entity})`
    parts.push(
      `EXISTS (SELECT 1 FROM event e CROSS JOIN event f WHERE e.account_id = ${a} AND ${on('e')}
         AND f.account_id = ${b} AND f.ts >= e.ts - ? AND f.ts <= e.ts + ? AND ${on('f')}
         AND e.source_id IN (SELECT id FROM ready_source) AND f.source_id IN (SELECT id FROM ready_source))`,
    )
    params.push(pair.activeWithin * 60_000, pair.activeWithin * 60_000)
  }
  if (pair.sameCommunity) {
    const of = (id: string) =>
      `(SELECT community_id FROM community_member WHERE run_id = ${communitiesRun} AND account_id = ${id})`
    parts.push(`${of(a)} = ${of(b)}`)
  }
  for (const name of pair.sameAttributes ?? []) {
    const of = (id: string) => `(SELECT nullif(attributes ->> ?, '') FROM account_current WHERE id = ${id})`
    parts.push(`${of(a)} = ${of(b)}`)
    params.push(`$.${JSON.stringify(name)}`, `$.${JSON.stringify(name)}`)
  }
  return { sql: parts.map((part) => ` AND ${part}`).join(''), params }
}
