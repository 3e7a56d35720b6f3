import { current } from '../../common/facts/superseded.ts'
import { ShoalError } from '../../common/errors.ts'
import type { DetectorInput } from './types.ts'

/** Nodes of accounts, by binary search in the ascending ids; -1 where the account is none. */
export function nodeFinder(accountIds: Uint32Array): (accountId: number) => number {
  return (accountId) => {
    let low = 0
    let high = accountIds.length - 1
    while (low <= high) {
      const middle = (low + high) >>> 1
      if (accountIds[middle] === accountId) return middle
      if (accountIds[middle] < accountId) low = middle + 1
      else high = middle - 1
    }
    return -1
  }
}

/**
 * Accounts that are held to be malicious, as ascending nodes: whose newest label says so, unless an analyst's newest
 * standing judgement says otherwise (that wins both ways). Labels of other words say nothing.
 */
export function knownBad({ db, graph }: Pick<DetectorInput, 'db' | 'graph'>): Uint32Array {
  const verdicts = new Map<number, string>()
  const labels = db
    .prepare(
      `SELECT account_id, label FROM label
       WHERE source_id IN (SELECT id FROM ready_source) AND label IN ('malicious', 'benign')
         ${current(db, 'label')} ORDER BY coalesce(ts, 0), id`,
    )
    .raw(true)
    .iterate() as IterableIterator<[number, string]>
  for (const [account, label] of labels) verdicts.set(account, label)
  const judged = db
    .prepare(
      `SELECT target, verdict FROM judgement
       WHERE target_kind = 'account' AND retracted_at IS NULL ORDER BY id`,
    )
    .raw(true)
    .iterate() as IterableIterator<[number, string]>
  for (const [account, verdict] of judged) verdicts.set(account, verdict)
  const nodeOf = nodeFinder(graph.accountIds)
  const nodes: number[] = []
  for (const [account, verdict] of verdicts) {
    const u = verdict === 'malicious' ? nodeOf(account) : -1
    if (u >= 0) nodes.push(u)
  }
  return Uint32Array.from(nodes).sort()
}

/** The nodes of accounts named by their keys, ascending. Throws not_found for a key that the graph lacks. */
export function namedAccounts(
  { db, graph }: Pick<DetectorInput, 'db' | 'graph'>,
  keys: readonly string[],
): Uint32Array {
  const find = db.prepare('SELECT id FROM ready_account WHERE key = ?').pluck()
  const nodeOf = nodeFinder(graph.accountIds)
  const nodes = new Set<number>()
  for (const key of keys) {
    const id = find.get(key) as number | undefined
    const u = id === undefined ? -1 : nodeOf(id)
    if (u < 0)
      throw new ShoalError(
        'not_found',
        `There is no account ${key} in this graph. Account ids must be written as in the export.`,
      )
    nodes.add(u)
  }
  return Uint32Array.from(nodes).sort()
}
