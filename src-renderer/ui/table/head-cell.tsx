import { Button, PopoverNext } from '@blueprintjs/core'
import { memo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import type { Column, Sort } from '../virtual-table.tsx'
import { useT } from '../i18n/index.ts'
import './table.css'

const STEP = 16
const DRAGGED = 'application/x-shoal-column'

interface HeadCellProps {
  column: HeadColumn
  sorts: readonly Sort[]
  onSort?: ((sort: Sort, also: boolean) => void) | undefined
  onResize?: ((key: string, px: number) => void) | undefined
  onMove?: ((key: string, before: string | null) => void) | undefined
}
/** What a header shows of its column: not its cells, which may be others for each row. */
type HeadColumn = Pick<Column<never>, 'key' | 'title' | 'about' | 'width' | 'numeric' | 'sortable' | 'filter'>

/** Whether two columns have the same header. */
function sameHead(a: HeadColumn, b: HeadColumn): boolean {
  return (
    a.key === b.key &&
    a.title === b.title &&
    a.about === b.about &&
    a.width === b.width &&
    a.numeric === b.numeric &&
    a.sortable === b.sortable &&
    a.filter?.active === b.filter?.active &&
    a.filter?.content === b.filter?.content
  )
}

/** One header: sorts by click, filters by its funnel, is widened at its edge and moved by dragging. */
export const HeadCell = memo(
  Head,
  (a, b) =>
    sameHead(a.column, b.column) &&
    a.sorts === b.sorts &&
    a.onSort === b.onSort &&
    a.onResize === b.onResize &&
    a.onMove === b.onMove,
)

function Head(props: HeadCellProps) {
  const t = useT()
  const { column, sorts, onSort, onResize, onMove } = props
  const cell = useRef<HTMLDivElement>(null)
  const drag = useRef<{ x: number; width: number } | null>(null)
  const place = sorts.findIndex((s) => s.key === column.key)
  const sort = sorts[place]
  const order = sort ? (sort.descending ? 'descending' : 'ascending') : 'none'
  // Measured when somebody is there to widen it: to measure is to have the page laid out.
  const [wide, setWide] = useState(100)
  const width = () => cell.current?.offsetWidth ?? 100
  const onPointerDown = (event: PointerEvent<HTMLSpanElement>) => {
    event.preventDefault()
    event.currentTarget.setPointerCapture(event.pointerId)
    drag.current = { x: event.clientX, width: width() }
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key]
    if (by === undefined) return
    event.preventDefault()
    onResize?.(column.key, width() + by)
  }
  return (
    <div
      ref={cell}
      role="columnheader"
      tabIndex={-1}
      aria-sort={column.sortable ? order : undefined}
      className={column.numeric ? 'sh-num sh-head-cell' : 'sh-head-cell'}
      title={column.about}
      draggable={onMove !== undefined && drag.current === null}
      onDragStart={(event) => event.dataTransfer.setData(DRAGGED, column.key)}
      onDragOver={(event) => {
        if (onMove && event.dataTransfer.types.includes(DRAGGED)) event.preventDefault()
      }}
      onDrop={(event) => {
        const key = event.dataTransfer.getData(DRAGGED)
        if (key && key !== column.key) onMove?.(key, column.key)
      }}
    >
      {column.sortable ? (
        <button
          type="button"
          className="sh-head-sort"
          aria-label={t('common.table.sortBy', { column: column.title })}
          onClick={(event) =>
            onSort?.(
              { key: column.key, descending: sort ? !sort.descending : Boolean(column.numeric) },
              event.shiftKey,
            )
          }
        >
          {column.title}
          <span aria-hidden="true" className="sh-sort-mark">
            {sort ? (sort.descending ? '↓' : '↑') : ''}
            {sort && sorts.length > 1 && <sub>{place + 1}</sub>}
          </span>
        </button>
      ) : (
        <span className="sh-head-sort">{column.title}</span>
      )}
      {column.filter && (
        <PopoverNext
          placement="bottom-start"
          arrow={false}
          animation="minimal"
          content={<div className="column-filter">{column.filter.content}</div>}
        >
          <Button
            size="small"
            variant="minimal"
            icon="filter"
            className={`sh-head-filter${column.filter.active ? ' is-active' : ''}`}
            aria-label={t(column.filter.active ? 'pages.table.filterOn' : 'pages.table.filter', {
              column: column.title,
            })}
            title={t(column.filter.active ? 'pages.table.filterOn' : 'pages.table.filter', {
              column: column.title,
            })}
            data-testid={`filter-${column.key}`}
          />
        </PopoverNext>
      )}
      {onResize && (
        <span
          role="separator"
          aria-orientation="vertical"
          aria-label={t('pages.table.resize', { column: column.title })}
          aria-valuenow={wide}
          onPointerEnter={() => setWide(Math.round(width()))}
          onFocus={() => setWide(Math.round(width()))}
          tabIndex={-1}
          className="sh-head-resize"
          onPointerDown={onPointerDown}
          onPointerMove={(event) =>
            drag.current && onResize(column.key, drag.current.width + event.clientX - drag.current.x)
          }
          onPointerUp={() => (drag.current = null)}
          onPointerCancel={() => (drag.current = null)}
          onKeyDown={onKeyDown}
        />
      )}
    </div>
  )
}
