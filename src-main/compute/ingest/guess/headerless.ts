import { letters } from '../read/header.ts'
import type { ColumnGuess } from './columns.ts'
import type { Meaning } from './headers.ts'
import { guessLabels } from './labels.ts'

/** Columns of an edge list at most: its two ends, and what little is said of an edge. */
const EDGE_COLUMNS = 5

/** Whether a table has no header: its columns are called as sheets call theirs. */
export function isHeaderless(names: readonly string[]): boolean {
  return names.every((name, at) => name === letters(at))
}

/**
 * What columns without names are, where their values tell: edge lists (two columns that name the same things), ids with a
 * label, a list of ids. `hinted`: the file's name says that it is of relations, of accounts or labels.
 */
export function nameByValues(
  columns: readonly ColumnGuess[],
  rows: readonly (readonly string[])[],
  hinted: { relations: boolean; accounts: boolean },
): void {
  const [a, b, ...rest] = columns
  if (!a || rows.length < 5) return
  if (!b) {
    if (isId(a) && a.profile.distinct >= 0.98) mean(a, 'account', hinted.accounts ? 0.75 : 0.55)
    return
  }
  if (columns.length <= 3) {
    const label = columns.find(({ profile }) => saysLabel(profile))
    const id = columns.find((column) => column !== label && isId(column) && column.profile.distinct >= 0.98)
    if (label && id) {
      mean(id, 'account', 0.75)
      mean(label, 'label', 0.8)
      return
    }
  }
  if (columns.length > EDGE_COLUMNS || !isId(a) || !isId(b)) return
  const sure = sameThings(rows, columns.length, hinted.relations)
  if (sure === 0) return
  mean(a, 'from_account', sure)
  mean(b, 'to_account', sure)
  for (const column of rest) ofEdge(column)
}

function mean(column: ColumnGuess, meaning: Meaning, sure: number): void {
  column.meanings = [{ meaning, sure, by: 'values' }]
}

function isId({ profile: { share, filled } }: ColumnGuess): boolean {
  const times = share.iso + share['local-time']
  return filled >= 0.98 && share.prose < 0.1 && share.decimal - share.integer < 0.02 && times < 0.1
}

function saysLabel({ top, filled, share }: ColumnGuess['profile']): boolean {
  return share.decimal < 0.5 && new Set(Object.values(guessLabels(top, filled) ?? {})).size === 2
}

/** How sure it is that the first two columns name the same things, 0..1: by pairs that stand the other way round, too. */
function sameThings(rows: readonly (readonly string[])[], width: number, hinted: boolean): number {
  const pairs = new Set(rows.map(([a, b]) => `${a}\t${b}`))
  const back = rows.filter(([a, b]) => a !== b && pairs.has(`${b}\t${a}`)).length / rows.length
  const firsts = new Set(rows.map(([a]) => a))
  const seconds = new Set(rows.map(([, b]) => b))
  const both = [...firsts].filter((id) => seconds.has(id)).length
  const shared = both / Math.min(firsts.size, seconds.size)
  if (hinted) return 0.8
  if (back >= 0.05) return 0.8
  // A third column may be what a customer gave a product.
  if (shared >= 0.2) return width === 2 ? 0.7 : 0.55
  return 0
}

/** What a further column of an edge list says: when, of what kind, how strong. */
function ofEdge(column: ColumnGuess): void {
  const { share, distinct, least, growing, cells } = column.profile
  const time = column.meanings.find(({ meaning }) => meaning === 'time')
  if (time) return mean(column, 'time', Math.max(time.sure, 0.8))
  if (share.integer >= 0.98 && least < 0) return mean(column, 'relation_type', 0.7)
  if (share.decimal < 0.1 && share.prose < 0.1 && distinct * cells <= 12)
    return mean(column, 'relation_type', 0.7)
  // What only grows is rather when it was.
  if (share.decimal >= 0.98 && least > 0 && growing < 0.95 && distinct < 0.5) mean(column, 'weight', 0.6)
}
