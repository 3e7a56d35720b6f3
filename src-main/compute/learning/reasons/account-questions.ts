import type { Pace } from '../../../common/pace.ts'
import { COLUMN_COUNT } from '../account-gnn/channels.ts'
import type { OpenedAccountModel } from '../account-gnn/explain.ts'
import type { Change } from './questions.ts'
import type { Things } from './things.ts'
import type { Ties } from './ties.ts'

/** Rows that go through the model at a time. */
const BATCH = 256

/**
 * Scores of the shipped account model without some of an account's ties, to first order (account-gnn/local.ts). A tie is
 * there or it is not: it goes where nothing is left of it. The account's own facts, sharing among them, are held.
 */
export class AccountQuestions {
  private readonly opened: Pick<OpenedAccountModel, 'local' | 'model'>
  private readonly ties: Ties
  private readonly things: Things | null

  constructor(opened: Pick<OpenedAccountModel, 'local' | 'model'>, ties: Ties, things: Things | null) {
    this.opened = opened
    this.ties = ties
    this.things = things
  }

  /** Accounts that it is not tied to any more. */
  private gone({ ties, channels, entities }: Change): Set<number> {
    const left = entities?.size ? this.things!.kept(entities) : null
    const gone = new Set<number>()
    for (const [i, v] of this.ties.neighbours.entries()) {
      const some = this.ties.channels.some(
        ({ id, weights }, c) => weights[i] > 0 && !channels?.has(id) && (left === null || left[c][i] > 0),
      )
      if (!some || ties?.has(i)) gone.add(v)
    }
    return gone
  }

  async scores(changes: readonly Change[], pace: Pace): Promise<Float64Array> {
    const { local, model } = this.opened
    const out = new Float64Array(changes.length)
    for (let from = 0; from < changes.length; from += BATCH) {
      const some = changes.slice(from, from + BATCH)
      const x = new Float32Array(some.length * COLUMN_COUNT)
      for (const [i, change] of some.entries()) {
        const gone = this.gone(change)
        x.set(
          gone.size === 0
            ? local.columns(this.ties.node)
            : local.columns(this.ties.node, (v) => !gone.has(v)),
          i * COLUMN_COUNT,
        )
        if (i % 32 === 31) await pace.checkpoint()
      }
      out.set(await model.score(x, some.length), from)
      await pace.checkpoint()
    }
    return out
  }
}
