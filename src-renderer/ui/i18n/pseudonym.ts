const ONSETS = ['b', 'd', 'f', 'g', 'k', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'z']
const VOWELS = ['a', 'e', 'i', 'o', 'u']

/**
 * A short name that stands for an id while names are hidden: the same id always has the same one, e.g.
 * "Kaleno·4f". Injective for ids below 2³²: the two parts together spell a bijective scramble of the id.
 */
export function pseudonym(id: number): string {
  let h = scramble(id >>> 0)
  const tail = (h & 0xff).toString(16).padStart(2, '0')
  h >>>= 8
  let name = ''
  // Four syllables of 70 cover the remaining 24 bits (70⁴ > 2²⁴).
  for (let i = 0; i < 4; i++) {
    const syllable = h % 70
    h = Math.floor(h / 70)
    name += ONSETS[Math.floor(syllable / 5)]! + VOWELS[syllable % 5]!
  }
  return `${name[0]!.toUpperCase()}${name.slice(1)}·${tail}`
}

/** murmur3's finalizer: a bijection on 32 bits. */
function scramble(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}
