import { useCallback, useRef } from 'react'
import { toErrorShape } from '../../../src-main/common/errors.ts'
import { useT } from '../../ui/i18n/index.ts'
import type { LoadPage } from '../../ui/page-cache.ts'

/** Rows that a range may add one by one; more is a filter's business. */
const MOST = 2000
const PAGE = 1000

/**
 * Adds a range of rows (indices, both included) to a table's own part of the selection. While a range grows or shrinks
 * under Shift it replaces what the range before it added; what was chosen before stays.
 */
export function useRangeSelect<R extends { id: number }>(options: {
  loadPage: LoadPage<R>
  chosen: readonly number[]
  choose(ids: number[]): void
  say(text: string): void
}): (from: number, to: number) => void {
  const t = useT()
  const { loadPage, chosen, choose, say } = options
  const running = useRef<AbortController | null>(null)
  const last = useRef<{ from: number; to: number; base: readonly number[]; result: string } | null>(null)
  return useCallback(
    (from: number, to: number) => {
      running.current?.abort()
      if (to - from + 1 > MOST)
        return say(t('pages.table.rangeTooLong', { count: to - from + 1, most: MOST }))
      // The same range going on: one of its ends is where it was and the selection is what it made.
      const old = last.current
      const goesOn = old && (old.from === from || old.to === to) && old.result === JSON.stringify(chosen)
      const base = goesOn ? old.base : chosen
      const controller = new AbortController()
      running.current = controller
      const collect = async () => {
        const ids: number[] = []
        for (let offset = from; offset <= to; offset += PAGE) {
          const page = await loadPage(offset, Math.min(PAGE, to - offset + 1), controller.signal)
          ids.push(...page.rows.map((row) => row.id))
        }
        if (controller.signal.aborted) return
        const next = [...new Set([...base, ...ids])]
        last.current = { from, to, base, result: JSON.stringify(next) }
        choose(next)
      }
      collect().catch((error: unknown) => {
        if (!controller.signal.aborted) say(toErrorShape(error).message)
      })
    },
    [loadPage, chosen, choose, say, t],
  )
}
