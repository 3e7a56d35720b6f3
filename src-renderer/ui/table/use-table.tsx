import { useCallback, useMemo, type ReactNode } from 'react'
import type { Column, Sort } from '../virtual-table.tsx'
import { arrange, clampWidth, EMPTY_LAYOUT, moved, nextSorts, ordered, type SortKey } from './arrange.ts'
import { ColumnMenu } from './column-menu.tsx'
import { useTables } from './store.ts'

export interface TableView<R> {
  /** The columns to draw. */
  columns: Column<R>[]
  /** The first decides, the others break ties. */
  sorts: SortKey[]
  onSort(sort: Sort, also: boolean): void
  onResize(key: string, px: number): void
  /** A header was dropped on another one. */
  onMove(key: string, before: string | null): void
  /** Whether the person chose to see or not to see a column. */
  chose(key: string): boolean
  /** The button that chooses columns. */
  menu: ReactNode
}

/** A table's columns and orders as the person left them, remembered with the workspace. */
export function useTable<R>(
  id: string,
  columns: readonly Column<R>[],
  first: SortKey,
  most = 3,
): TableView<R> {
  const state = useTables((s) => s.tables[id])
  const change = useTables((s) => s.change)
  const reset = useTables((s) => s.reset)
  const layout = state?.layout ?? EMPTY_LAYOUT
  const { key: firstKey, descending: firstDescending } = first
  const sorts = useMemo(() => {
    const known = (state?.sorts ?? []).filter((s) => columns.some((c) => c.key === s.key && c.sortable))
    return known.length > 0 ? known.slice(0, most) : [{ key: firstKey, descending: firstDescending }]
  }, [state?.sorts, columns, firstKey, firstDescending, most])
  const all = useMemo(() => ordered(columns, layout), [columns, layout])
  const shown = useMemo(() => arrange(columns, layout), [columns, layout])
  const onSort = useCallback(
    (sort: Sort, also: boolean) => {
      const numeric = columns.find((c) => c.key === sort.key)?.numeric ?? false
      change(id, { sorts: nextSorts(sorts, sort.key, numeric, also && most > 1, most) })
    },
    [change, id, columns, sorts, most],
  )
  const onResize = useCallback(
    (key: string, px: number) => {
      const now = useTables.getState().tables[id]?.layout ?? EMPTY_LAYOUT
      change(id, { layout: { ...now, widths: { ...now.widths, [key]: clampWidth(px) } } })
    },
    [change, id],
  )
  const onMove = useCallback(
    (key: string, before: string | null) =>
      change(id, {
        layout: {
          ...layout,
          order: moved(
            all.map((c) => c.key),
            key,
            before,
          ),
        },
      }),
    [change, id, layout, all],
  )
  const menu = useMemo(
    () => (
      <ColumnMenu
        columns={all}
        layout={layout}
        onChange={(next) => change(id, { layout: next })}
        onMove={onMove}
        onReset={() => reset(id)}
      />
    ),
    [all, layout, change, id, onMove, reset],
  )
  return {
    columns: shown,
    sorts,
    onSort,
    onResize,
    onMove,
    chose: (key) => key in layout.visible || key in layout.widths,
    menu,
  }
}
