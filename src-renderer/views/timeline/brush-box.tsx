import type { Span } from '../../../src-main/common/contract/selection.ts'
import { xOf } from './scale.ts'

/** The selected time as an element above the canvas, so that dragging it costs no redraw. */
export function BrushBox(props: {
  span: Span
  view: Span
  width: number
  height: number
  label: string
  locked?: boolean
}) {
  const { span, view, width } = props
  const left = Math.max(-2, xOf(span.from, view, width))
  const right = Math.min(width + 2, xOf(span.to, view, width))
  if (right < 0 || left > width) return null
  return (
    <div
      className={`tl-brush${props.locked ? ' is-locked' : ''}`}
      data-testid="timeline-brush"
      title={props.label}
      style={{ left, width: Math.max(2, right - left), height: props.height }}
    >
      <span className="tl-grip" style={{ left: -1 }} />
      <span className="tl-grip" style={{ right: -1 }} />
    </div>
  )
}
