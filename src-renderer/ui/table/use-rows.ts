import { useCallback, useLayoutEffect, useReducer, useRef, type RefObject } from 'react'
import { flushSync } from 'react-dom'

/** Rows above and below those in view that are in the document, too. */
const OVERSCAN = 4

/** Which rows are in the document: `last` included, −1 without any. */
export interface RowWindow {
  first: number
  last: number
}

/**
 * The rows that a scroller of `height` px shows, with some before and after them. All rows are `rowHeight` px high and stand
 * below a header of `head` px that stays in view; nothing is kept of each row, be there a million of them.
 */
export function windowOf(
  scrollTop: number,
  height: number,
  count: number,
  rowHeight: number,
  head: number,
): RowWindow {
  if (count === 0 || height <= 0) return { first: 0, last: -1 }
  // A list that has become shorter may be scrolled past its end until the browser has noticed.
  const top = Math.max(0, Math.min(scrollTop, head + count * rowHeight - height))
  const first = Math.floor(top / rowHeight) - OVERSCAN
  const last = Math.ceil((top + height - head) / rowHeight) - 1 + OVERSCAN
  return { first: Math.max(0, first), last: Math.min(count - 1, last) }
}

/** Where a scroller has to be for a row to be in view, px: where it is, if it is there. */
export function scrollFor(
  row: number,
  scrollTop: number,
  height: number,
  rowHeight: number,
  head: number,
): number {
  const top = row * rowHeight
  if (top < scrollTop) return top
  return Math.max(scrollTop, top + rowHeight + head - height)
}

/** Follows a scroller: drawn again when other rows come into view, at once, so that none of them is ever blank. */
export function useRows(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
  head: number,
): RowWindow & { reveal(row: number): void } {
  const [, draw] = useReducer((n: number) => n + 1, 0)
  const at = useRef({ scrollTop: 0, height: 0 })
  const shape = useRef({ count, rowHeight, head })
  shape.current = { count, rowHeight, head }
  const now = useCallback(() => {
    const { count, rowHeight, head } = shape.current
    return windowOf(at.current.scrollTop, at.current.height, count, rowHeight, head)
  }, [])
  /** Whether other rows are in view than when it was looked at last. */
  const look = useCallback(
    (element: HTMLElement) => {
      const before = now()
      at.current = { scrollTop: element.scrollTop, height: element.clientHeight }
      const after = now()
      return before.first !== after.first || before.last !== after.last
    },
    [now],
  )
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    const scrolled = () => {
      if (look(element)) flushSync(draw)
    }
    const resized = () => {
      if (look(element)) draw()
    }
    const observer = new ResizeObserver(resized)
    observer.observe(element)
    element.addEventListener('scroll', scrolled, { passive: true })
    resized()
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', scrolled)
    }
  }, [scroller, look])
  return {
    ...now(),
    reveal(row) {
      const element = scroller.current
      if (!element) return
      const { rowHeight, head } = shape.current
      element.scrollTo({ top: scrollFor(row, element.scrollTop, element.clientHeight, rowHeight, head) })
      if (look(element)) draw()
    },
  }
}
