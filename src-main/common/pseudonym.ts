const ONSETS = ['b', 'd', 'f', 'g', 'k', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'z']
const VOWELS = ['a', 'e', 'i', 'o', 'u']
const SYLLABLES = ONSETS.length * VOWELS.length

/**
 * A short name that stands for an account while identities are hidden: the same id always has the same one in a
 * workspace, in every language, e.g. "Kalenoba·4f". `salt` is the workspace's, so that another workspace's account of
 * the same number is called otherwise. Injective for ids below 2³²: the two parts spell a bijective scramble of the id.
 */
export function pseudonym(id: number, salt = 0): string {
  let h = scramble(((id >>> 0) ^ salt) >>> 0)
  const tail = (h & 0xff).toString(16).padStart(2, '0')
  h >>>= 8
  let name = ''
  // Four syllables of 70 cover the remaining 24 bits (70⁴ > 2²⁴).
  for (let i = 0; i < 4; i++) {
    const syllable = h % SYLLABLES
    h = Math.floor(h / SYLLABLES)
    name += ONSETS[Math.floor(syllable / VOWELS.length)]! + VOWELS[syllable % VOWELS.length]!
  }
  return `${name[0]!.toUpperCase()}${name.slice(1)}·${tail}`
}

/** What `pseudonym` makes, somewhere in a text. */
export const PSEUDONYM = /[BDFGKLMNPRSTVZ][aeiou](?:[bdfgklmnprstvz][aeiou]){3}·[0-9a-f]{2}/g

/** The id that a pseudonym stands for; null where no id has it. */
export function idOfPseudonym(name: string, salt = 0): number | null {
  const [word = '', tail = ''] = name.toLowerCase().split('·')
  let h = 0
  for (let i = 3; i >= 0; i--) {
    const onset = ONSETS.indexOf(word[2 * i] ?? '')
    const vowel = VOWELS.indexOf(word[2 * i + 1] ?? '')
    if (onset < 0 || vowel < 0) return null
    h = h * SYLLABLES + onset * VOWELS.length + vowel
  }
  const low = /^[0-9a-f]{2}$/.test(tail) ? Number.parseInt(tail, 16) : -1
  if (word.length !== 8 || low < 0 || h >= 1 << 24) return null
  return (unscramble(h * 256 + low) ^ salt) >>> 0
}

/** murmur3's finalizer, shortened: a bijection on 32 bits. */
export function scramble(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}

/** The inverse of `scramble`. */
export function unscramble(x: number): number {
  x ^= x >>> 16
  x = Math.imul(x, 0x7ed1b41d)
  x ^= (x >>> 13) ^ (x >>> 26)
  x = Math.imul(x, 0xa5cb9243)
  return (x ^ (x >>> 16)) >>> 0
}
