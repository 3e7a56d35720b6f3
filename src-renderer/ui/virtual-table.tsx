import {
  memo,
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
import { useRows } from './table/use-rows.ts'
import { useSteady } from './use-steady.ts'

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

  const { first, last, reveal } = useRows(scroller, total, rowHeight, HEAD_HEIGHT)
  useEffect(() => {
    cache.want(first, Math.max(first, last))
  }, [cache, first, last])
  useEffect(() => () => cache.dispose(), [cache])
  useEffect(() => {
    if (cursor >= total && total > 0) setCursor(total - 1)
  }, [cursor, total])

  const { sort } = props
  const one = useMemo(() => (sort ? [sort] : []), [sort])
  const sorts = props.sorts ?? one
  const onSort = useSteady((next: Sort, also: boolean) => props.onSort?.(next, also))
  const onMove = useSteady((key: string, before: string | null) => props.onMove?.(key, before))
  const template = columns.map((c) => c.width).join(' ')
  const { onCursor, onRange } = props
  const place = useRef(0)
  const moveTo = (index: number) => {
    const next = Math.max(0, Math.min(total - 1, index))
    place.current = next
    setCursor(next)
    reveal(next)
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
    <ErrorState error={error} onRetry={() => cache.want(first, Math.max(first, last))} compact />
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
            onSort={props.onSort && onSort}
            onResize={props.onResize}
            onMove={props.onMove && onMove}
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
        <div style={{ height: total * rowHeight, position: 'relative' }} role="presentation">
          {Array.from({ length: last - first + 1 }, (_, k) => {
            const index = first + k
            const row = current.row(index)
            const key = row === undefined ? undefined : props.rowKey(row)
            return (
              <TableRow
                key={index}
                id={rowId(index)}
                index={index}
                row={row}
                rowKey={key}
                columns={columns as unknown as Column<unknown>[]}
                template={template}
                height={rowHeight}
                top={index * rowHeight}
                selected={key !== undefined && (props.selected?.has(key) ?? false)}
                cursor={focused && index === cursor}
                testId={props.rowTestId}
              />
            )
          })}
        </div>
      </div>
    </div>
  )
}

interface TableRowProps {
  id: string
  index: number
  /** Undefined: it is on its way. */
  row: unknown
  rowKey: string | number | undefined
  columns: readonly Column<unknown>[]
  template: string
  height: number
  /** From the first row, px. */
  top: number
  selected: boolean
  cursor: boolean
  testId: string | undefined
}

/** A row is drawn again when it shows something else: a table hears of each change of the selection three or four times. */
const TableRow = memo(
  function TableRow(props: TableRowProps) {
    const { row, columns, selected, cursor } = props
    return (
      <div
        id={props.id}
        data-index={props.index}
        role="row"
        aria-rowindex={props.index + 2}
        aria-selected={selected}
        data-testid={row === undefined ? undefined : props.testId}
        data-key={props.rowKey}
        className={`sh-table-row${selected ? ' is-selected' : ''}${cursor ? ' is-cursor' : ''}`}
        style={{
          gridTemplateColumns: props.template,
          height: props.height,
          top: props.top,
        }}
      >
        {columns.map((column) => (
          <div key={column.key} role="gridcell" className={column.numeric ? 'sh-num' : undefined}>
            {row === undefined ? <span className="sh-skeleton" /> : column.cell(row)}
          </div>
        ))}
      </div>
    )
  },
  ({ columns, ...a }, { columns: others, ...b }) =>
    (Object.keys(a) as (keyof typeof a)[]).every((key) => a[key] === b[key]) &&
    columns.length === others.length &&
    columns.every((column, i) => column.key === others[i]!.key && column.cell === others[i]!.cell),
)
