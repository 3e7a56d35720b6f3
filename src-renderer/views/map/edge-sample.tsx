import { DASHES } from '../../graph/palette.ts'

/** A piece of an edge as the stage draws it, for a legend. */
export function EdgeSample({ color, dash }: { color: string; dash: number }) {
  const { on, period } = DASHES[dash]!
  return (
    <svg width="24" height="8" viewBox="0 0 24 8" aria-hidden="true">
      <line
        x1="0"
        x2="24"
        y1="4"
        y2="4"
        stroke={color}
        strokeWidth="2"
        strokeDasharray={period > 0 ? `${on} ${period - on}` : undefined}
      />
    </svg>
  )
}
