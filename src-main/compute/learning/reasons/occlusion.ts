import { Random } from '../../communities/random.ts'
import type { ScoreReason } from '../../../common/contract/accounts.ts'
import type { Scored } from './kept.ts'
import { groupColumns, reasonsOf } from './groups.ts'

/** Pairs of an order and its reverse; the reverse cancels much of the sampling error. */
const ORDER_PAIRS = 8
/** Values that go through the model at a time. */
const BATCH_VALUES = 1 << 21

/**
 * Reasons of one row where nothing is known of the model but its scores: groups of columns go from typical to their
 * values one after the other, in random orders, and the changes are averaged (Shapley values by sampling, Štrumbelj &
 * Kononenko 2014). They add up to score − baseline. Deterministic.
 */
export async function occludedReasons(
  { columns, model, typical }: Pick<Scored, 'columns' | 'model' | 'typical'>,
  row: Float32Array,
): Promise<{ score: number; baseline: number; reasons: ScoreReason[] }> {
  const width = columns.length
  const groups = groupColumns(columns).filter((group) =>
    group.columns.some((k) => !Object.is(row[k], typical[k])),
  )
  const ends = new Float32Array(2 * width)
  ends.set(row)
  ends.set(typical, width)
  const [score, baseline] = await model.score(ends, 2)
  const sums = groups.map(() => 0)
  const random = new Random(1)
  const steps = groups.length
  if (steps === 0) return { score, baseline, reasons: [] }
  const perBatch = Math.max(1, Math.floor(BATCH_VALUES / (width * steps)))
  const orders: Uint32Array[] = []
  for (let pair = 0; pair < ORDER_PAIRS; pair++) {
    const order = random.permutation(steps)
    orders.push(order, order.toReversed())
  }
  for (let from = 0; from < orders.length; from += perBatch) {
    const some = orders.slice(from, from + perBatch)
    const rows = new Float32Array(some.length * steps * width)
    for (const [o, order] of some.entries()) {
      const now = Float32Array.from(typical)
      for (const [at, g] of order.entries()) {
        for (const k of groups[g].columns) now[k] = row[k]
        rows.set(now, (o * steps + at) * width)
      }
    }
    const scores = await model.score(rows, some.length * steps)
    for (const [o, order] of some.entries()) {
      let before = baseline
      for (const [at, g] of order.entries()) {
        sums[g] += scores[o * steps + at] - before
        before = scores[o * steps + at]
      }
    }
  }
  const contributions = sums.map((sum) => sum / orders.length)
  return { score, baseline, reasons: reasonsOf(columns, groups, contributions, row, typical) }
}
