import type { Recipe } from '../../common/recipe.ts'

/**
 * What one entity shared by d of n accounts adds to each of its pairs, before its type's factor and decay; ≥ 0.
 *
 * 'newman' 1/(d − 1) (Newman 2001, Phys. Rev. E 64, 016132, eq. 2): every account then gains a total strength of 1
 * from an entity however many share it, so a device of two weighs as much in an account's neighbourhood as a NAT of
 * fifty, and per pair fifty times more. 'resource' 1/d (Zhou, Lü, Zhang 2009), 'adamic_adar' 1/ln d (Adamic, Adar
 * 2003), 'idf' ln(n/d)/ln n: 0 for what everyone has, below 1 for a device of two.
 */
export function rarityWeight(d: number, n: number, kind: Recipe['entities']['rarity'] = 'newman'): number {
  switch (kind) {
    case 'newman':
      return 1 / (d - 1)
    case 'resource':
      return 1 / d
    case 'adamic_adar':
      return 1 / Math.log(d)
    case 'idf':
      return d >= n ? 0 : Math.log(n / d) / Math.log(n)
    case 'none':
      return 1
  }
}

/**
 * What joining each of a hub's d accounts to its k nearest in time gives to each pair. Rarities that share out a
 * strength among partners share it among k; those that say how common the thing is say so of all d.
 */
export function nearestWeight(d: number, n: number, k: number, kind: Recipe['entities']['rarity']): number {
  const sharesOut = kind === 'newman' || kind === 'resource'
  return rarityWeight(sharesOut ? Math.min(d, k + 1) : d, n, kind)
}
