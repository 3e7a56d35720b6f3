import type { ComputeContext } from '../context.ts'
import type { Window } from './account-facts.ts'
import { classifySharing } from './classify.ts'
import { scanSharing } from './scan.ts'

/**
 * By entity id (length: the largest id + 1): what is left of an entity's weight once its likely innocent explanation
 * is taken into account, in [0.05, 1]. 1 where no innocent cause was found and for what only one account uses.
 */
export async function innocentFactors(ctx: ComputeContext, window: Window): Promise<Float32Array> {
  const top = (ctx.db.prepare('SELECT max(id) FROM entity').pluck().get() as number | null) ?? 0
  const factors = new Float32Array(top + 1).fill(1)
  await scanSharing(ctx, window, (entity, stats) => {
    factors[entity] = classifySharing(stats).factor
  })
  return factors
}
