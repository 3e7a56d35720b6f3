/** Signs without upper and lower case: most of Chinese text. */
const caseless = (c: string) => c >= '⺀' && c < 'Ａ'

const folded = new Map<string, string>()

/**
 * A character as the trigram index compares it: Unicode's simple case folding. JavaScript has it only inside /iu, so each
 * character is tried once.
 */
function foldOf(c: string): string {
  if (caseless(c)) return c
  let fold = folded.get(c)
  if (fold === undefined) {
    fold = [c.toUpperCase().toLowerCase(), c.toLowerCase()].find((one) => isSame(one, c)) ?? c
    folded.set(c, fold)
  }
  return fold
}

/** Whether /iu takes one for the other; `a` is a letter of ASCII or none of its signs. */
const isSame = (a: string, b: string): boolean =>
  a === b || ([...a].length === 1 && /[\p{L}\p{M}\p{N}\p{S}]/u.test(a) && new RegExp(`^${a}$`, 'iu').test(b))

/** A text with every character folded. */
export function fold(text: string): string {
  const plain = asciiLower(text)
  if (!/[^\0-\x7f⺀-＠]/.test(plain)) return plain
  let out = ''
  for (const c of plain) out += c < '\x80' ? c : foldOf(c)
  return out
}

/** A text as SQLite's LIKE compares it: only A to Z are folded. */
export const asciiLower = (text: string): string =>
  text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
