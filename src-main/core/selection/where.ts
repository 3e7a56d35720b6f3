import type { Database } from 'better-sqlite3'
import { decodeIds } from '../../common/account-set.ts'
import type { Selection } from '../../common/contract/selection.ts'
import { isUnset, NUMBER_OF, numberOf, whereOf, type Where } from '../../common/selection/where.ts'
import { newestRuns } from '../workspace/queries.ts'

export type { Where } from '../../common/selection/where.ts'

const prepared = new WeakSet<Database>()

/**
 * The selection as SQL over the account id in `column`. Parts that need a run which has not been made select
 * nobody, so that a filter never silently stops filtering. `except` leaves parts out: a view filters the others
 * and never itself. Views ask the explorer (compute/explore), which is fast at any size; this is for short
 * statements over few rows and for what must be checkable by SQL alone.
 */
export function selectionWhere(
  db: Database,
  selection: Selection,
  column: string,
  except: readonly (keyof Selection)[] = [],
): Where {
  if (!prepared.has(db)) {
    db.function(NUMBER_OF, { deterministic: true }, numberOf as (...args: unknown[]) => unknown)
    prepared.add(db)
  }
  const setIds = (id: number) => {
    const blob = db.prepare('SELECT ids FROM account_set WHERE id = ?').pluck().get(id) as Buffer | undefined
    return blob ? decodeIds(blob) : []
  }
  return whereOf(selection, column, { runs: newestRuns(db), setIds }, except)
}

export function isEverybody(selection: Selection, except: readonly (keyof Selection)[] = []): boolean {
  return (Object.keys(selection) as (keyof Selection)[]).every(
    (key) => isUnset(selection, key) || except.includes(key),
  )
}
