/** Words that stand for no value in what programs write out. An id that is one of them is nobody's. */
const WORDS = new Set(
  '\\N NULL null Null (null) <null> [null] (NULL) <NULL> None NaN nan NAN <NA> N/A n/a #N/A #N/A! NA nil undefined (blank) (empty) - -- — ― / 无 空'.split(
    ' ',
  ),
)
/** What databases write for it: looked for behind the sample too, as one such cell would be the account of many. */
const ALWAYS = ['\\N', 'NULL']

/**
 * The words of a table's cells that stand for no value, besides those that always do. `country`: places of columns of
 * countries, of which NA is one.
 */
export function nullsOf(
  rows: readonly (readonly string[])[],
  country: readonly number[],
): { words: string[]; blank: (cell: string) => boolean } {
  const found = new Set<string>(ALWAYS)
  const namibia = rows.some((row) => country.some((at) => row[at]?.trim() === 'NA'))
  for (const row of rows)
    for (const cell of row) {
      const word = cell.length <= 8 ? cell.trim() : ''
      if (WORDS.has(word) && !(word === 'NA' && namibia)) found.add(word)
    }
  return { words: [...WORDS].filter((word) => found.has(word)), blank: (cell) => found.has(cell.trim()) }
}
