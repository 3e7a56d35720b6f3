import type { ComputeContext } from '../context.ts'
import { READY } from '../sharing/account-facts.ts'
import type { SharingIndex } from '../sharing/index-file.ts'

/** A thing of more accounts than this finds no candidates; shared, it still counts what little it weighs. */
const MOST_USERS = 400
/** Added to what two accounts have together: sharing nothing but carriers' addresses is no likeness. */
export const SHRINK = 0.25

/** Ids of the accounts that use a thing, by links or events of ready sources. */
export function usersOf(ctx: Pick<ComputeContext, 'db'>, entity: number): number[] {
  return ctx.db
    .prepare(
      `SELECT account_id FROM link WHERE entity_id = @entity AND ${READY}
       UNION SELECT account_id FROM event WHERE ip_id = @entity AND ${READY}
       UNION SELECT account_id FROM event WHERE device_id = @entity AND ${READY}`,
    )
    .pluck()
    .all({ entity }) as number[]
}

/**
 * Likeness by shared things: Σ over shared / (Σ over either's + 0.25) of 1/(d − 1) for a thing that d accounts use.
 * What only one account uses can't be shared and counts on neither side.
 */
export class SharedPart {
  readonly #index: SharingIndex
  readonly #mine: readonly number[]
  readonly #total: number
  /** Accounts that share something, with the weight of what they share. */
  readonly candidates: ReadonlyMap<number, number>

  constructor(ctx: ComputeContext, account: number, entities: ReadonlySet<number>, index: SharingIndex) {
    this.#index = index
    this.#mine = [...entities]
      .filter((e) => this.weight(e) > 0)
      .sort((x, y) => index.accounts[x] - index.accounts[y] || x - y)
    this.#total = this.#mine.reduce((sum, e) => sum + this.weight(e), 0)
    const found = new Map<number, number>()
    for (const e of this.#mine) {
      if (index.accounts[e] > MOST_USERS) continue
      for (const user of usersOf(ctx, e))
        if (user !== account) found.set(user, (found.get(user) ?? 0) + this.weight(e))
    }
    this.candidates = found
  }

  /** 1/(d − 1), 0 for what fewer than two use. */
  weight(entity: number): number {
    const d = this.#index.accounts[entity] ?? 0
    return d > 1 ? 1 / (d - 1) : 0
  }

  /** null where either of the two uses nothing that others use. */
  score(entities: ReadonlySet<number>): { score: number; shared: number[] } | null {
    if (this.#mine.length === 0) return null
    let total = 0
    for (const e of entities) total += this.weight(e)
    if (total === 0) return null
    const shared = this.#mine.filter((e) => entities.has(e))
    const common = shared.reduce((sum, e) => sum + this.weight(e), 0)
    return { score: common / (this.#total + total - common + SHRINK), shared }
  }
}
