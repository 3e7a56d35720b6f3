/** Points or disc centres: parallel columns, y up. */
export interface Points {
  readonly x: Float64Array
  readonly y: Float64Array
}

export const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5))

export function pointsOf(length: number): Points {
  return { x: new Float64Array(length), y: new Float64Array(length) }
}
