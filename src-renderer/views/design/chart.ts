/** Where a chart of accounts by degree puts its bars and ticks. Pure, in CSS pixels. */
export interface DegreeBar {
  /** Degrees from `from` up to and with `to`; null: no end. */
  from: number
  to: number
  accounts: number
  x: number
  width: number
  height: number
}

export interface DegreeChart {
  bars: DegreeBar[]
  /** Values on the vertical axis, round numbers, with their height above the base line. */
  ticks: { value: number; height: number }[]
  most: number
}

/** The last degree of a bin that begins at `from`: bins are 0, 1, 2–3, 4–7, 8–15, ... */
export function lastOfBin(from: number): number {
  return from < 2 ? from : from * 2 - 1
}

/** Bins that are missing in between are there with 0 accounts: a gap in the data is a gap in the chart. */
export function fillBins(
  bins: readonly { from: number; accounts: number }[],
): { from: number; accounts: number }[] {
  if (bins.length === 0) return []
  const of = new Map(bins.map((bin) => [bin.from, bin.accounts]))
  const last = Math.max(...of.keys())
  const all: { from: number; accounts: number }[] = []
  for (let from = 0; from <= last; from = from === 0 ? 1 : from * 2)
    all.push({ from, accounts: of.get(from) ?? 0 })
  return all
}

/** 1, 2 or 5 times a power of ten, so that at most `count` of them reach `most`. */
export function tickStep(most: number, count: number): number {
  const rough = Math.max(most, 1) / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].find((f) => f * power >= rough)! * power
  return Math.max(1, step)
}

export function degreeChart(
  bins: readonly { from: number; accounts: number }[],
  width: number,
  height: number,
): DegreeChart {
  const all = fillBins(bins)
  const highest = Math.max(1, ...all.map((bin) => bin.accounts))
  const step = tickStep(highest, 3)
  const most = Math.ceil(highest / step) * step
  const slot = all.length > 0 ? width / all.length : width
  return {
    most,
    bars: all.map((bin, i) => ({
      from: bin.from,
      to: lastOfBin(bin.from),
      accounts: bin.accounts,
      x: i * slot + Math.min(2, slot * 0.1),
      width: slot - Math.min(4, slot * 0.2),
      // A bar that stands for somebody can be seen.
      height: bin.accounts === 0 ? 0 : Math.max(1, (bin.accounts / most) * height),
    })),
    ticks: Array.from({ length: Math.round(most / step) + 1 }, (_, i) => ({
      value: i * step,
      height: ((i * step) / most) * height,
    })),
  }
}
