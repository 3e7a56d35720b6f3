import type { Span } from '../../../src-main/common/contract/selection.ts'

/**
 * What the pointer or the keyboard is doing to the brushed span. `anchor` is the end that stays, `head` the end
 * that moves; both are times (ms UTC). A moved brush keeps its width.
 */
export type BrushDrag =
  | { kind: 'new'; anchor: number; head: number }
  | { kind: 'resize'; anchor: number; head: number }
  | { kind: 'move'; start: Span; grabbed: number; head: number }

/** What a press at a time grabs: an edge of the present brush, its body, or empty ground (a new brush). */
export function grab(
  at: number,
  brush: Span | null,
  /** How much time the grip's few pixels stand for. */
  reach: number,
): BrushDrag {
  if (brush) {
    if (Math.abs(at - brush.from) <= reach) return { kind: 'resize', anchor: brush.to, head: at }
    if (Math.abs(at - brush.to) <= reach) return { kind: 'resize', anchor: brush.from, head: at }
    if (at > brush.from && at < brush.to) return { kind: 'move', start: brush, grabbed: at, head: at }
  }
  return { kind: 'new', anchor: at, head: at }
}

/**
 * A press while the brush's length is locked: it moves, and comes to where the pointer is when that was outside.
 */
export function grabLocked(at: number, brush: Span): BrushDrag {
  const inside = at >= brush.from && at <= brush.to
  const width = brush.to - brush.from
  const start = inside ? brush : { from: at - width / 2, to: at + width / 2 }
  return { kind: 'move', start, grabbed: at, head: at }
}

/** The brush moved by whole lengths of itself (or of `step`), kept inside the bounds. */
export function stepBrush(brush: Span, bounds: Span, by: number, step = brush.to - brush.from): Span {
  const width = brush.to - brush.from
  const from = Math.max(
    bounds.from,
    Math.min(brush.from + by * step, Math.max(bounds.from, bounds.to - width)),
  )
  return { from, to: from + width }
}

export function dragTo<T extends BrushDrag>(drag: T, at: number): T {
  return { ...drag, head: at }
}

/** The span that a drag stands for, snapped outwards to whole bins and kept inside `bounds`. */
export function draggedSpan(drag: BrushDrag, bounds: Span, grid: BinGrid): Span {
  if (drag.kind === 'move') {
    const by = Math.round((drag.head - drag.grabbed) / grid.binMs) * grid.binMs
    const width = drag.start.to - drag.start.from
    const from = Math.max(bounds.from, Math.min(drag.start.from + by, bounds.to - width))
    return { from, to: Math.min(bounds.to, from + width) }
  }
  const low = Math.min(drag.anchor, drag.head)
  const high = Math.max(drag.anchor, drag.head)
  return {
    from: Math.max(bounds.from, snapDown(low, grid)),
    to: Math.min(bounds.to, snapUp(high, grid)),
  }
}

/** Where bins begin and how wide they are (ms). */
export interface BinGrid {
  from: number
  binMs: number
}
export function snapDown(ms: number, grid: BinGrid): number {
  return grid.from + Math.floor((ms - grid.from) / grid.binMs) * grid.binMs
}
export function snapUp(ms: number, grid: BinGrid): number {
  return grid.from + Math.ceil((ms - grid.from) / grid.binMs) * grid.binMs
}

/** A keyboard brush: which bin the cursor is on, and the bin at which extending began (null: not extending). */
export interface BrushCursor {
  bin: number
  anchor: number | null
}

/**
 * Moves the keyboard's cursor by whole bins. Without `extend` it only moves; with it the brush grows from where
 * extending began, both end bins included.
 */
export function moveCursor(cursor: BrushCursor, by: number, bins: number, extend: boolean): BrushCursor {
  const bin = Math.min(bins - 1, Math.max(0, cursor.bin + by))
  return { bin, anchor: extend ? (cursor.anchor ?? cursor.bin) : null }
}

/** The span between a cursor's anchor and head bins; null while nothing is extended. */
export function cursorSpan(cursor: BrushCursor, grid: BinGrid): Span | null {
  if (cursor.anchor === null) return null
  const low = Math.min(cursor.anchor, cursor.bin)
  const high = Math.max(cursor.anchor, cursor.bin)
  return { from: grid.from + low * grid.binMs, to: grid.from + (high + 1) * grid.binMs }
}
