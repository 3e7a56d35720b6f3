/** Finding a table's header among its first rows, and naming its columns. */

/** Rows that are looked at. */
export const HEADER_ROWS = 60

/**
 * Index of the row that names the columns, -1 where there is none: rows of a title, of a date of export, or empty ones
 * above it are passed over. `rows`: the first of the table, cells as text, ragged.
 */
export function findHeader(rows: readonly (readonly string[])[]): number {
  const widths = rows.map(filledWidth)
  const typical = mode(widths.filter((width) => width > 0))
  if (typical === 0) return -1
  const at = widths.findIndex((width) => width >= Math.max(1, Math.ceil(typical * 0.6)))
  if (at < 0) return -1
  const head = rows[at].map(cellText)
  const body = rows.slice(at + 1).filter((row) => filledWidth(row) >= typical * 0.6)
  return looksLikeNames(head, body) ? at : -1
}

/** Names for a table's columns: trimmed, never empty, each once. `width`: columns there are, where known to be more. */
export function columnNames(header: readonly string[], width = header.length): string[] {
  const names: string[] = []
  const taken = new Set<string>()
  for (let i = 0; i < width; i++) {
    const name = cellText(header[i] ?? '').replace(/\s*[\r\n]+\s*/g, ' ')
    names.push(uniqueName(name === '' ? `column_${i + 1}` : name, taken))
  }
  return names
}

/** `name`, or 'name (2)' where that is taken already; takes it. */
export function uniqueName(name: string, taken: Set<string>): string {
  let unique = name
  for (let n = 2; taken.has(unique); n++) unique = `${name} (${n})`
  taken.add(unique)
  return unique
}

/** A, B, … Z, AA, … as sheets call their columns. */
export function letters(index: number): string {
  let name = ''
  for (let n = index + 1; n > 0; n = Math.floor((n - 1) / 26)) {
    name = String.fromCharCode(65 + ((n - 1) % 26)) + name
  }
  return name
}

/** Cells up to the last one that holds something. */
function filledWidth(row: readonly string[]): number {
  let filled = 0
  for (const cell of row) if (cellText(cell) !== '') filled++
  return filled
}

function cellText(cell: string): string {
  return cell.replace(/^\ufeff/, '').trim()
}

export function mode(values: readonly number[]): number {
  const counts = new Map<number, number>()
  let best = 0
  for (const value of values) {
    const count = (counts.get(value) ?? 0) + 1
    counts.set(value, count)
    const most = counts.get(best) ?? 0
    if (count > most || (count === most && value > best)) best = value
  }
  return best
}

/**
 * A first row holds names unless it speaks against that: a cell that is a value (number, time, address) above values
 * of the same kind, one that comes back below, or one made like all below it ('u1' above 'u2', 'u3').
 */
function looksLikeNames(head: readonly string[], body: readonly (readonly string[])[]): boolean {
  if (body.length === 0) return head.some((cell) => cell !== '' && valueKind(cell) === null)
  let against = 0
  let inFavour = 0
  for (const [i, cell] of head.entries()) {
    if (cell === '') continue
    const below = body.map((row) => cellText(row[i] ?? '')).filter((text) => text !== '')
    if (below.length === 0) continue
    const kind = valueKind(cell)
    const same = (test: (text: string) => boolean) => below.filter(test).length >= below.length * 0.8
    if (kind !== null) {
      if (same((text) => valueKind(text) === kind)) against += 2
      continue
    }
    if (same((text) => valueKind(text) !== null)) inFavour += 2
    else if (below.length >= 3 && below.includes(cell)) against++
    else if (below.length >= 2 && /\d/.test(cell) && same((text) => alike(text, cell))) against++
  }
  return inFavour > 0 ? inFavour >= against : against === 0
}

const KINDS: [string, RegExp][] = [
  ['number', /^[-+]?(?:\d+(?:[.,]\d+)*|[.,]\d+)(?:[eE][-+]?\d+)?%?$/],
  ['time', /^\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?(?:[ T].*)?$/],
  ['clock', /^\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/],
  ['address', /^(?:\d{1,3}\.){3}\d{1,3}$|^[0-9a-f]*:[0-9a-f:]+$/i],
  ['mail', /^[^\s@]+@[^\s@]+\.[^\s@]+$/],
  ['uuid', /^\{?[0-9a-f]{8}-[0-9a-f]{4}-/i],
  ['hash', /^[0-9a-f]{16,}$/i],
  ['link', /^https?:\/\//],
  ['truth', /^(?:true|false)$/i],
]

/** What kind of value a cell is that no name is; null for one that may be a name. */
function valueKind(cell: string): string | null {
  for (const [kind, pattern] of KINDS) if (pattern.test(cell)) return kind
  return null
}

/** Whether two cells are made alike: 'user_17' and 'u_9', or 'user_ab09b' and 'user_93bfe'. */
function alike(one: string, other: string): boolean {
  if (shape(one) === shape(other)) return true
  const [prefix] = /^\p{L}+[_-]/u.exec(other) ?? []
  return prefix !== undefined && one.length === other.length && one.startsWith(prefix)
}

/** 'user_17' as 'a_9': what its characters are, runs as one. */
function shape(cell: string): string {
  return cell.replace(/\p{L}+/gu, 'a').replace(/\d+/g, '9')
}
