/** Where things are in the detail plot, CSS pixels from its top. */
export interface Bands {
  histTop: number
  histHeight: number
  /** Unusual windows; registrations and reports. Height 0 where there are none. */
  unusualTop: number
  stripTop: number
  stripHeight: number
  laneTop: number
  laneHeight: number
  /** How much of the lanes is in sight; the rest is scrolled to. */
  lanesHeight: number
  axisTop: number
  height: number
}

export const AXIS_HEIGHT = 22
export const OVERVIEW_HEIGHT = { low: 32, high: 52 }
const STRIP = 13
const LOW = 230
/** Taller, the histogram tells nothing more, and the lanes are the picture: up to so much it grows by itself. */
const HIST_ENOUGH = { px: 180, share: 0.3 }
/** A taller lane tells nothing more. */
const LANE_MOST = 96
/** A lane's name can be pressed (WCAG 2.5.8). Very many lanes are a picture first; the table has the same rows. */
const TARGET = 24

/** The overview's height in a panel of this height. */
export const overviewHeight = (panel: number): number =>
  panel < LOW ? OVERVIEW_HEIGHT.low : OVERVIEW_HEIGHT.high

/**
 * Splits the plot's height: the histogram gets what the lanes leave, but at least a fifth and never under what its legend needs;
 * where that is more than enough for it, the lanes grow. More lanes than fit are scrolled.
 */
export function bandsFor(height: number, lanes: number, strips = true): Bands {
  const stripHeight = strips ? STRIP : 0
  const room = Math.max(60, height - AXIS_HEIGHT - 2 * stripHeight)
  const least = Math.max(52, Math.min(110, room * 0.22))
  const enough = Math.max(HIST_ENOUGH.px, room * HIST_ENOUGH.share)
  const tall = Math.min(LANE_MOST, (room - enough) / Math.max(1, lanes))
  const laneHeight =
    height < LOW
      ? TARGET
      : Math.round(
          Math.max(
            lanes > 40 ? 16 : TARGET,
            Math.min(30, (room * 0.72) / Math.max(1, lanes)),
            Math.floor(tall),
          ),
        )
  // Whole lanes: half a lane can't be read.
  const fit = Math.max(0, Math.floor((room - least) / laneHeight))
  const lanesHeight = Math.min(lanes, fit) * laneHeight
  const histHeight = room - lanesHeight
  const unusualTop = histHeight
  const stripTop = unusualTop + stripHeight
  const laneTop = stripTop + stripHeight
  const axisTop = laneTop + lanesHeight
  return {
    histTop: 0,
    histHeight,
    unusualTop,
    stripTop,
    stripHeight,
    laneTop,
    laneHeight,
    lanesHeight,
    axisTop,
    height: axisTop + AXIS_HEIGHT,
  }
}

/** The lane at a height of the plot; null outside of the lanes. */
export function laneAt(y: number, bands: Bands, scroll: number, lanes: number): number | null {
  if (y < bands.laneTop || y >= bands.axisTop || bands.laneHeight === 0) return null
  const k = Math.floor((y - bands.laneTop + scroll) / bands.laneHeight)
  return k >= 0 && k < lanes ? k : null
}

/** The middle of a lane, CSS pixels from the plot's top. */
export const laneMiddle = (k: number, bands: Bands, scroll: number): number =>
  bands.laneTop + (k + 0.5) * bands.laneHeight - scroll
