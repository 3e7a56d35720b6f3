import type { ComputeContext } from '../context.ts'
import type { Window } from './account-facts.ts'
import { sharingIndex } from './index-file.ts'

/**
 * By entity id (length: the largest id + 1): what is left of an entity's weight once its likely innocent explanation
 * is taken into account, in [0.05, 1]. 1 where no innocent cause was found and for what only one account uses.
 */
export async function innocentFactors(ctx: ComputeContext, window: Window): Promise<Float32Array> {
  return (await sharingIndex(ctx, window)).factor
}
