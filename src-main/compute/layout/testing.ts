import { membersOf, sizesOf } from './community-graph.ts'
import type { Drawing } from './draw.ts'
import type { PreviousDrawing } from './match.ts'

/**
 * A drawing as the next one sees it, like `readPreviousLayout` reads it from the database: earlier[u] is the node
 * that today's node u was, -1 where it was not there. Tests and benchmarks only.
 */
export function asPrevious(
  drawing: Drawing,
  membership: Uint32Array,
  count: number,
  earlier: Int32Array,
): PreviousDrawing {
  const at = (column: Float64Array) => Float64Array.from(earlier, (v) => (v < 0 ? NaN : column[v]))
  return {
    scale: drawing.scale,
    belt: drawing.belt,
    groups: drawing.groups,
    centre: drawing.centre,
    radius: drawing.radius,
    size: sizesOf(membersOf(membership, count)),
    community: Int32Array.from(earlier, (v) => (v < 0 ? -2 : membership[v] < count ? membership[v] : -1)),
    place: { x: at(drawing.place.x), y: at(drawing.place.y) },
  }
}
