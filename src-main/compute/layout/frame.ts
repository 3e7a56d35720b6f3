import type { Points } from './points.ts'

/** A fresh drawing fills the box from -WIDE to WIDE and from -HIGH to HIGH: 16:10, as screens are. */
export const WIDE = 1000
export const HIGH = 625
/** A drawing that grows from an earlier one may reach this much beyond the box before everything is scaled back. */
export const MOST_GROWTH = 1.4

/** Half width and half height of the box of the drawing's shape that has the area 4. */
export const AXIS_X = Math.sqrt(WIDE / HIGH)
export const AXIS_Y = 1 / AXIS_X

/** Size of the smallest box of the drawing's shape around the origin that holds a disc; 1 is the box of area 4. */
export function boxReach(x: number, y: number, radius = 0): number {
  return Math.max((Math.abs(x) + radius) / AXIS_X, (Math.abs(y) + radius) / AXIS_Y)
}

/** Half width and half height of the box around the origin that holds all discs and points. */
export function extentOf(centre: Points, radius: Float64Array, place: Points): { x: number; y: number } {
  let [x, y] = [0, 0]
  for (let c = 0; c < radius.length; c++) {
    x = Math.max(x, Math.abs(centre.x[c]) + radius[c])
    y = Math.max(y, Math.abs(centre.y[c]) + radius[c])
  }
  for (let u = 0; u < place.x.length; u++) {
    x = Math.max(x, Math.abs(place.x[u]))
    y = Math.max(y, Math.abs(place.y[u]))
  }
  return { x, y }
}
