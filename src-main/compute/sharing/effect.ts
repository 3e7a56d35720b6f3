import type { SharingEffect } from '../../common/contract/sharing.ts'
import { rarityWeight } from '../graph/rarity.ts'
import { decayFactor } from '../graph/window.ts'
import type { ShownGraph } from './graph-run.ts'

/** What the recipe of the shown graph makes of a thing of `type` that `accounts` share. */
export function sharingEffect(
  graph: ShownGraph,
  thing: { type: string; accounts: number; factor: number; lastSeen: number | null },
  accountsInWorkspace: number,
): SharingEffect {
  const { entities, decayHalfLifeDays } = graph.recipe
  const discount = entities.discountInnocent ? thing.factor : null
  const common = {
    hubCap: entities.hubCap,
    rarity: entities.rarity,
    discount,
    decay:
      decayHalfLifeDays === null || thing.lastSeen === null || graph.newest === null
        ? null
        : decayFactor(thing.lastSeen, graph.newest, decayHalfLifeDays),
  }
  if (thing.accounts < 2) return { ...common, treatment: 'unshared', pairWeight: null }
  if (entities.types !== null && !entities.types.includes(thing.type))
    return { ...common, treatment: 'unused', pairWeight: null }
  if (thing.accounts > entities.hubCap) {
    const treatment = entities.hub === 'drop' ? 'dropped' : entities.hub
    return { ...common, treatment, pairWeight: treatment === 'dropped' ? 0 : null }
  }
  const weight =
    entities.weight *
    (entities.byType[thing.type] ?? 1) *
    rarityWeight(thing.accounts, accountsInWorkspace, entities.rarity) *
    (discount ?? 1)
  return { ...common, treatment: 'joins', pairWeight: weight }
}
