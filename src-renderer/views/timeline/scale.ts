import type { Span } from '../../../src-main/common/contract/selection.ts'

const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Events are dated to the second: closer than five of them there is nothing more to see. */
export const MIN_SPAN_MS = 5 * SECOND

/** The x of a time inside a plot that shows `view` over `width` CSS pixels. */
export function xOf(ms: number, view: Span, width: number): number {
  return ((ms - view.from) / (view.to - view.from)) * width
}

/** The time at x; the inverse of `xOf`, clamped to the plot. */
export function timeAt(x: number, view: Span, width: number): number {
  const share = Math.min(1, Math.max(0, width > 0 ? x / width : 0))
  return view.from + share * (view.to - view.from)
}

/** Keeps `view` inside `bounds`: never wider than it, moved back where it hangs over an edge. */
export function clampView(view: Span, bounds: Span): Span {
  const whole = Math.max(MIN_SPAN_MS, bounds.to - bounds.from)
  const width = Math.min(whole, Math.max(MIN_SPAN_MS, view.to - view.from))
  const from = Math.min(Math.max(view.from, bounds.from), bounds.from + whole - width)
  return { from, to: from + width }
}

/**
 * Zooms about a time that stays where it is on screen.
 * @param factor above 1 zooms in, below 1 out.
 */
export function zoomView(view: Span, bounds: Span, factor: number, about: number): Span {
  const width = view.to - view.from
  const whole = Math.max(MIN_SPAN_MS, bounds.to - bounds.from)
  const next = Math.min(whole, Math.max(MIN_SPAN_MS, width / factor))
  const share = width > 0 ? (about - view.from) / width : 0.5
  const from = about - share * next
  return clampView({ from, to: from + next }, bounds)
}

/** Moves the view by a share of its own width (0.25: a quarter to the right). */
export function panView(view: Span, bounds: Span, share: number): Span {
  const by = (view.to - view.from) * share
  return clampView({ from: view.from + by, to: view.to + by }, bounds)
}

export function sameSpan(a: Span | null | undefined, b: Span | null | undefined): boolean {
  if (!a || !b) return !a && !b
  return a.from === b.from && a.to === b.to
}

/** Whether `outer` holds all of `inner`. */
export function covers(outer: Span, inner: Span): boolean {
  return outer.from <= inner.from && outer.to >= inner.to
}

/** The view with as much again on either side, inside `bounds`: what is asked for, so that a pan finds data. */
export function padded(view: Span, bounds: Span, share: number): Span {
  const by = (view.to - view.from) * share
  return { from: Math.max(bounds.from, view.from - by), to: Math.min(bounds.to, view.to + by) }
}
