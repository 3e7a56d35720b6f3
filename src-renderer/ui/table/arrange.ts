/** What a person made of a table's columns. Keys that a table no longer has are ignored. */
export interface ColumnLayout {
  /** Keys from left to right; those not named stand where they stood at first. */
  order: string[]
  /** Shown or not, by key; those not named as at first. */
  visible: Record<string, boolean>
  /** Pixels, by key. */
  widths: Record<string, number>
}
export const EMPTY_LAYOUT: ColumnLayout = { order: [], visible: {}, widths: {} }

export const LEAST_WIDTH = 44
export const MOST_WIDTH = 900

interface Arrangeable {
  key: string
  width: string
  /** Not shown until somebody asks for it. */
  optional?: boolean
}

/** All columns in the person's order, shown or not. */
export function ordered<C extends Arrangeable>(columns: readonly C[], layout: ColumnLayout): C[] {
  const place = new Map(layout.order.map((key, i) => [key, i]))
  const known = columns.filter((c) => place.has(c.key)).sort((a, b) => place.get(a.key)! - place.get(b.key)!)
  if (known.length === 0) return [...columns]
  // A column that the order does not know follows the one that it followed at first.
  const result = [...known]
  columns.forEach((column, i) => {
    if (place.has(column.key)) return
    const before = columns.slice(0, i).findLast((c) => result.includes(c))
    result.splice(before ? result.indexOf(before) + 1 : 0, 0, column)
  })
  return result
}

export const isVisible = (column: Arrangeable, layout: ColumnLayout): boolean =>
  layout.visible[column.key] ?? !column.optional

/** The columns to be drawn, in order, with the person's widths. Never none: then as at first. */
export function arrange<C extends Arrangeable>(columns: readonly C[], layout: ColumnLayout): C[] {
  const all = ordered(columns, layout)
  const visible = all.filter((c) => isVisible(c, layout))
  return (visible.length > 0 ? visible : all.filter((c) => !c.optional)).map((column) => {
    const width = layout.widths[column.key]
    return width === undefined ? column : { ...column, width: `${width}px` }
  })
}

/** The order with `key` moved before `before` (null: to the end). */
export function moved(keys: readonly string[], key: string, before: string | null): string[] {
  if (key === before) return [...keys]
  const rest = keys.filter((k) => k !== key)
  const at = before === null ? rest.length : rest.indexOf(before)
  return at < 0 ? [...keys] : [...rest.slice(0, at), key, ...rest.slice(at)]
}

export const clampWidth = (px: number): number => Math.max(LEAST_WIDTH, Math.min(MOST_WIDTH, Math.round(px)))

export interface SortKey {
  key: string
  descending: boolean
}

/**
 * The orders after a click on a column: alone it becomes the only one (again: turned round); with `also` it is added
 * behind the others, turned round, and with the third click taken away.
 */
export function nextSorts(
  sorts: readonly SortKey[],
  key: string,
  first: boolean,
  also: boolean,
  most = 3,
): SortKey[] {
  const found = sorts.find((s) => s.key === key)
  if (!also) return [{ key, descending: found && sorts[0] === found ? !found.descending : first }]
  if (!found) return [...sorts.slice(0, most - 1), { key, descending: first }]
  if (found.descending === first) return sorts.map((s) => (s === found ? { key, descending: !first } : s))
  const rest = sorts.filter((s) => s !== found)
  return rest.length > 0 ? rest : [{ key, descending: first }]
}
