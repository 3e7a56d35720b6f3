import { findMatches, segmentText, strongest, type TextSpan } from './highlight.ts'

/**
 * A report's text with the reader's matches and the classifier's reasons marked. The text is untrusted: it only
 * ever becomes text nodes, and it is isolated so that its writing direction cannot reorder what stands around it.
 */
export function ReportText(props: {
  text: string
  lang: string | null
  query?: string
  spans?: readonly TextSpan[]
  clamp?: boolean
}) {
  const spans = props.spans ?? []
  const segments = segmentText(props.text, findMatches(props.text, props.query ?? ''), spans)
  const most = strongest(spans)
  return (
    <p
      className={`report-text${props.clamp ? ' is-clamped' : ''}`}
      dir="auto"
      {...(props.lang && { lang: props.lang })}
    >
      {segments.map((segment, i) => {
        const inner =
          segment.weight === 0 ? (
            segment.text
          ) : (
            <span
              className={`reason-span ${segment.weight > 0 ? 'is-towards' : 'is-away'}`}
              style={{ '--pull': Math.max(0.15, Math.abs(segment.weight) / most).toFixed(2) } as never}
            >
              {segment.text}
            </span>
          )
        return segment.match ? <mark key={i}>{inner}</mark> : <span key={i}>{inner}</span>
      })}
    </p>
  )
}
