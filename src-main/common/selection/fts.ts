import type { Where } from './where.ts'

/** Escapes LIKE's own signs; use with ESCAPE '\\'. */
export const likeLiteral = (text: string) => text.replace(/[\\%_]/g, (c) => `\\${c}`)

/** The words of a query: split at white space, "quoted parts" whole. */
export const wordsOfQuery = (query: string): string[] =>
  [...query.matchAll(/"([^"]+)"|(\S+)/g)]
    .map((m) => (m[1] ?? m[2])!.replaceAll('"', ''))
    .filter((word) => word.length > 0)

/**
 * Reports whose text contains every word of the query (words split at white space; "quoted parts" stay whole), as
 * a condition over the report id in `column`. Words of three characters and more go to the trigram index; shorter
 * ones (most Chinese words have two) are looked up by LIKE.
 */
export function reportsMatching(query: string, column: string): Where {
  const kept = wordsOfQuery(query)
  if (kept.length === 0) return { sql: '1', params: [] }
  const long = kept.filter((word) => [...word].length >= 3)
  const short = kept.filter((word) => [...word].length < 3)
  const parts: string[] = []
  const params: string[] = []
  if (long.length > 0) {
    parts.push(`${column} IN (SELECT rowid FROM report_fts WHERE report_fts MATCH ?)`)
    params.push(long.map((word) => `"${word}"`).join(' AND '))
  }
  for (const word of short) {
    parts.push(`${column} IN (SELECT id FROM report WHERE text LIKE ? ESCAPE '\\')`)
    params.push(`%${likeLiteral(word)}%`)
  }
  return { sql: parts.join(' AND '), params }
}
