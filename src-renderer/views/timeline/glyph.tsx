import { outlineOf, type MarkShape } from './pen.ts'

/** A mark's shape as it is drawn on the plot, for legends. */
export function MarkGlyph(props: { shape: MarkShape; className?: string; size?: number }) {
  const { shape, size = 10 } = props
  const r = size * 0.4
  return (
    <svg
      className={`tl-glyph ${props.className ?? ''}`}
      width={size}
      height={size}
      viewBox={`${-size / 2} ${-size / 2} ${size} ${size}`}
      aria-hidden="true"
    >
      {shape === 'dot' ? <circle r={r} /> : <polygon points={outlineOf(shape, 0, 0, r).join(' ')} />}
    </svg>
  )
}
