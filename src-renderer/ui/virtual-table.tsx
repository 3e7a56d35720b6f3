import { useVirtualizer } from '@tanstack/react-virtual'
import {
  useEffect,
  useMemo,
  useReducer,
  useRef,
  useId,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
} from 'react'
import { toErrorShape } from '../../src-main/common/errors.ts'
import { PageCache, type LoadPage } from './page-cache.ts'
import { ErrorState, Spinner } from './states.tsx'
import { HeadCell } from './table/head-cell.tsx'

export interface Column<R> {
  key: string
  title: string
  /** What the header's tooltip says about the numbers below it. */
  about?: string
  /** A CSS grid track, e.g. '90px' or 'minmax(120px, 1fr)'. */
  width: string
  numeric?: boolean
  sortable?: boolean
  /** Not shown until somebody asks for it. */
  optional?: boolean
  /** What the funnel in its header holds: a filter of the one selection. */
  filter?: { active: boolean; content: ReactNode }
  cell(row: R): ReactNode
}
export interface Sort {
  key: string
  descending: boolean
}

export interface VirtualTableProps<R> {
  label: string
  columns: Column<R>[]
  rowKey(row: R): string | number
  /** Rows come a page at a time. A new function (new filters, new data) starts the list anew. */
  loadPage: LoadPage<R>
  sort?: Sort
  /** Several orders, the first decides; in place of `sort`. */
  sorts?: readonly Sort[]
  /** `also`: behind the present orders (Shift). */
  onSort?(sort: Sort, also: boolean): void
  onResize?(key: string, px: number): void
  onMove?(key: string, before: string | null): void
  /** Keys of rows that are shown as selected. */
  selected?: ReadonlySet<string | number>
  /** Click or Enter. `additive` with Ctrl/⌘, or with Shift where no ranges are taken. */
  onActivate?(row: R, additive: boolean): void
  /** A range was drawn with Shift (arrows or click): indices, both included. */
  onRange?(from: number, to: number): void
  /** Double click. */
  onOpen?(row: R): void
  /** The row under the pointer or the keyboard's cursor. */
  onCursor?(row: R | null): void
  empty?: ReactNode
  rowHeight?: number
  rowTestId?: string
}

/** Height of the sticky header, px; as line-height of .sh-table-head plus its border. */
const HEAD_HEIGHT = 29

/**
 * A table of any length: only rows in view are in the document, and only their pages are fetched. The whole
 * table is one tab stop: arrows, Page Up/Down, Home and End move a cursor, Enter activates, Space adds.
 */
export function VirtualTable<R>(props: VirtualTableProps<R>) {
  const { loadPage, columns, rowHeight = 28 } = props
  const id = useId()
  const rowId = (index: number) => `${id}-${index}`
  const scroller = useRef<HTMLDivElement>(null)
  const [, redraw] = useReducer((n: number) => n + 1, 0)
  const [cursor, setCursor] = useState(0)
  /** Where a range begins; null: none is being drawn. */
  const anchor = useRef<number | null>(null)
  const [focused, setFocused] = useState(false)
  const cache = useMemo(() => new PageCache<R>(loadPage, redraw), [loadPage])
  // The rows shown while a refreshed list is fetched: the table must not flash empty on every change.
  const shown = useRef(cache)
  if (cache.total !== null || cache.error !== null) shown.current = cache
  const current = shown.current
  const total = current.total ?? 0

  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    // The header stays in view above the rows, inside the same scroller.
    scrollMargin: HEAD_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT,
  })
  const items = virtual.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    cache.want(first, last)
  }, [cache, first, last])
  useEffect(() => () => cache.dispose(), [cache])
  useEffect(() => {
    if (cursor >= total && total > 0) setCursor(total - 1)
  }, [cursor, total])

  const sorts = props.sorts ?? (props.sort ? [props.sort] : [])
  const template = columns.map((c) => c.width).join(' ')
  const { onCursor, onRange } = props
  const place = useRef(0)
  const moveTo = (index: number) => {
    const next = Math.max(0, Math.min(total - 1, index))
    place.current = next
    setCursor(next)
    virtual.scrollToIndex(next)
    onCursor?.(current.row(next) ?? null)
  }
  const rowUnder = (event: { target: EventTarget }) => {
    const element = event.target instanceof Element ? event.target.closest('[data-index]') : null
    const index = element ? Number(element.getAttribute('data-index')) : -1
    const row = index < 0 ? undefined : current.row(index)
    return row === undefined ? null : { index, row }
  }
  const onClick = (event: MouseEvent) => {
    const under = rowUnder(event)
    if (!under) return
    if (event.shiftKey && onRange) {
      anchor.current ??= cursor
      setCursor(under.index)
      onRange(Math.min(anchor.current, under.index), Math.max(anchor.current, under.index))
      return
    }
    anchor.current = under.index
    setCursor(under.index)
    props.onActivate?.(under.row, event.ctrlKey || event.metaKey || event.shiftKey)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2)
    const row = current.row(cursor)
    const keys: Record<string, () => void> = {
      ArrowDown: () => moveTo(cursor + 1),
      ArrowUp: () => moveTo(cursor - 1),
      PageDown: () => moveTo(cursor + page),
      PageUp: () => moveTo(cursor - page),
      Home: () => moveTo(0),
      End: () => moveTo(total - 1),
      Enter: () => row && props.onActivate?.(row, event.ctrlKey || event.metaKey || event.shiftKey),
      ' ': () => row && props.onActivate?.(row, true),
    }
    const act = keys[event.key]
    if (!act) return
    event.preventDefault()
    const moves = event.key !== 'Enter' && event.key !== ' '
    if (moves && event.shiftKey && onRange) {
      anchor.current ??= cursor
      act()
      const to = place.current
      onRange(Math.min(anchor.current, to), Math.max(anchor.current, to))
      return
    }
    if (moves) anchor.current = null
    act()
  }

  const error = cache.error ? toErrorShape(cache.error) : null
  const loading = cache.total === null && current.total === null
  const note = error ? (
    <ErrorState error={error} onRetry={() => cache.want(first, last)} compact />
  ) : loading ? (
    <Spinner />
  ) : current.total === 0 ? (
    props.empty
  ) : null
  return (
    <div
      ref={scroller}
      className="sh-table"
      aria-multiselectable={onRange ? true : undefined}
      role="grid"
      tabIndex={0}
      aria-label={props.label}
      aria-rowcount={total + 1}
      aria-activedescendant={focused && total > 0 ? rowId(cursor) : undefined}
      onKeyDown={onKeyDown}
      onFocus={(event) => setFocused(event.target === event.currentTarget)}
      onBlur={() => setFocused(false)}
      onClick={onClick}
      onDoubleClick={(event) => {
        const row = rowUnder(event)
        if (row) props.onOpen?.(row.row)
      }}
      onMouseOver={(event) => onCursor?.(rowUnder(event)?.row ?? null)}
      onMouseLeave={() => onCursor?.(null)}
    >
      <div className="sh-table-head" role="row" style={{ gridTemplateColumns: template }}>
        {columns.map((column) => (
          <HeadCell
            key={column.key}
            column={column}
            sorts={sorts}
            onSort={props.onSort}
            onResize={props.onResize}
            onMove={props.onMove}
          />
        ))}
      </div>
      <div className="sh-table-body" role="rowgroup">
        {note && (
          // A grid may hold nothing but rows, while it loads, too.
          <div role="row">
            <div role="gridcell" aria-colspan={columns.length}>
              {note}
            </div>
          </div>
        )}
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="presentation">
          {items.map((item) => {
            const row = current.row(item.index)
            const key = row === undefined ? undefined : props.rowKey(row)
            const selected = key !== undefined && (props.selected?.has(key) ?? false)
            return (
              <div
                key={item.key}
                id={rowId(item.index)}
                data-index={item.index}
                role="row"
                aria-rowindex={item.index + 2}
                aria-selected={selected}
                data-testid={row === undefined ? undefined : props.rowTestId}
                data-key={key}
                className={`sh-table-row${selected ? ' is-selected' : ''}${
                  focused && item.index === cursor ? ' is-cursor' : ''
                }`}
                style={{
                  gridTemplateColumns: template,
                  height: rowHeight,
                  transform: `translateY(${item.start - HEAD_HEIGHT}px)`,
                }}
              >
                {columns.map((column) => (
                  <div key={column.key} role="gridcell" className={column.numeric ? 'sh-num' : undefined}>
                    {row === undefined ? <span className="sh-skeleton" /> : column.cell(row)}
                  </div>
                ))}
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}
