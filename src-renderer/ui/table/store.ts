import { create } from 'zustand'
import { slice } from '../../state/slices.ts'
import { clampWidth, EMPTY_LAYOUT, type ColumnLayout, type SortKey } from './arrange.ts'

/** How a table is looked at: part of the session, of named views and of stories. */
export interface TableState {
  layout: ColumnLayout
  sorts: SortKey[]
}
interface Tables {
  /** By the table's id; a table that nobody changed is not there. */
  tables: Record<string, TableState>
  change(id: string, change: Partial<TableState>): void
  reset(id: string): void
}

export const useTables = create<Tables>()((set) => ({
  tables: {},
  change: (id, change) =>
    set(({ tables }) => ({
      tables: { ...tables, [id]: { ...(tables[id] ?? { layout: EMPTY_LAYOUT, sorts: [] }), ...change } },
    })),
  reset: (id) =>
    set(({ tables }) => {
      const { [id]: _gone, ...rest } = tables
      return { tables: rest }
    }),
}))

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}

/** What was kept of a table, as far as it still makes sense. */
export function readTable(value: unknown): TableState {
  const { layout, sorts } = record(value)
  const { order, visible, widths } = record(layout)
  return {
    layout: {
      order: Array.isArray(order) ? order.filter((key): key is string => typeof key === 'string') : [],
      visible: Object.fromEntries(
        Object.entries(record(visible)).filter((e): e is [string, boolean] => typeof e[1] === 'boolean'),
      ),
      widths: Object.fromEntries(
        Object.entries(record(widths)).flatMap(([key, px]) =>
          typeof px === 'number' && Number.isFinite(px) ? [[key, clampWidth(px)]] : [],
        ),
      ),
    },
    sorts: (Array.isArray(sorts) ? sorts : []).flatMap((s) => {
      const { key, descending } = record(s)
      return typeof key === 'string' && typeof descending === 'boolean' ? [{ key, descending }] : []
    }),
  }
}

slice({
  name: 'tables',
  store: useTables,
  pick: (s) => s.tables,
  apply: (value) =>
    useTables.setState({
      tables: Object.fromEntries(Object.entries(record(value)).map(([id, table]) => [id, readTable(table)])),
    }),
  // How wide a column is is remembered, and no step to be undone.
  what: () => null,
  settleMs: 400,
})
