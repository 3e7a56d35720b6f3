import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useReducer, useRef, useState, type ReactNode } from 'react'
import type { ReportRow } from '../../../src-main/common/contract/timeline.ts'
import { toErrorShape } from '../../../src-main/common/errors.ts'
import { PageCache, type LoadPage } from '../../ui/page-cache.ts'
import { ErrorState, Spinner } from '../../ui/states.tsx'
import { ReportItem } from './row.tsx'

/** Reports of any number and any height: only those in view are in the document. */
export function ReportList(props: {
  label: string
  loadPage: LoadPage<ReportRow>
  query: string
  empty: ReactNode
}) {
  const { loadPage } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [, redraw] = useReducer((n: number) => n + 1, 0)
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set())
  const cache = useMemo(() => new PageCache<ReportRow>(loadPage, redraw, 50), [loadPage])
  // The last list stays until the next one is there: typing must not make the page blink.
  const shown = useRef(cache)
  if (cache.total !== null || cache.error !== null) shown.current = cache
  const current = shown.current
  const total = current.total ?? 0
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => 84,
    overscan: 6,
    getItemKey: (index) => current.row(index)?.id ?? `row-${index}`,
  })
  const items = virtual.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    cache.want(first, last)
  }, [cache, first, last])
  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 })
    return () => cache.dispose()
  }, [cache])

  const toggle = (id: number) =>
    setOpen((old) => {
      const next = new Set(old)
      if (!next.delete(id)) next.add(id)
      return next
    })
  const error = cache.error ? toErrorShape(cache.error) : null
  return (
    <div
      ref={scroller}
      className="sh-scroll reports-scroll"
      tabIndex={0}
      aria-label={props.label}
      role="feed"
    >
      {error && <ErrorState error={error} onRetry={() => cache.want(first, last)} compact />}
      {!error && current.total === null && <Spinner />}
      {current.total === 0 && !error && props.empty}
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map((item) => {
          const report = current.row(item.index)
          return (
            <div
              key={item.key}
              data-index={item.index}
              data-testid={report && 'report-row'}
              ref={virtual.measureElement}
              className="report-slot"
              role="article"
              style={{ transform: `translateY(${item.start}px)` }}
              aria-posinset={item.index + 1}
              aria-setsize={total}
            >
              {report ? (
                <ReportItem
                  report={report}
                  query={props.query}
                  open={open.has(report.id)}
                  onToggle={() => toggle(report.id)}
                />
              ) : (
                <div className="report">
                  <span className="sh-skeleton" />
                </div>
              )}
            </div>
          )
        })}
      </div>
    </div>
  )
}
