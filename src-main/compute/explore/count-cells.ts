import type { ExploreLane } from '../../common/contract/compute-explore.ts'
import { NO_ROW, row } from './accounts.ts'
import { has } from './bitset.ts'
import { CLASSES, cellStarts, type CellColumns, type CellGrid, type Rhythm } from './cells.ts'
import { rowsOfCommunities, type Chosen } from './chosen.ts'
import type { EventColumns } from './events.ts'
import { countLanes, NO_LANE, valueLanes, type Bins } from './lanes.ts'
import { latest, once, type Snapshot } from './state.ts'

const NO_BIN = 0xffff

/**
 * A timeline from cells: the selected accounts' events are walked (or those of the others, where they are fewer), nobody
 * else's. Null where the bins are no whole numbers of cells, or there are no cells yet.
 */
export async function countByCells(
  at: Snapshot,
  chosen: Chosen,
  bins: Bins,
  lanes: readonly ExploreLane[],
): Promise<{ byClass: Uint32Array[]; lanes: Uint32Array[]; registrations: boolean } | null> {
  const rhythm = await at.facts.rhythm()
  if (rhythm === null || !fits(rhythm, bins)) return null
  const binOf = binsOfCells(rhythm, bins)
  const classes = await classCells(at, chosen)
  if (classes === null) return null
  const { cells, registrations } = rhythm
  const byClass = Array.from({ length: CLASSES }, (_, k) =>
    summed(classes.subarray(k * cells, (k + 1) * cells), binOf, bins.count),
  )
  const counts: Uint32Array[] = lanes.map(() => new Uint32Array(bins.count))
  const values = lanes.some(({ by }) => by === 'context' || by === 'country' || by === 'outcome')
    ? await valueCells(at, chosen, lanes)
    : null
  const rows = await latest(at.runs.kept, 'rows of lanes', JSON.stringify(lanes), () =>
    rowsOfLanes(at, lanes),
  )
  for (const [l, lane] of lanes.entries()) {
    if (lane.by === 'community' || lane.by === 'account') {
      const columns = await at.facts.cells.ready()
      if (columns === null) return null
      walk(columns, rows[l], chosen.bits, binOf, counts[l])
    } else if (lane.by !== 'entity' && values) {
      counts[l] = summed(values.subarray(l * cells, (l + 1) * cells), binOf, bins.count)
    }
  }
  return { byClass, lanes: counts, registrations }
}

const fits = ({ origin, cellMs }: CellGrid, { from, binMs }: Bins): boolean =>
  binMs % cellMs === 0 && (from - origin) % cellMs === 0

/** The bin of each cell; NO_BIN: outside. */
function binsOfCells({ origin, cellMs, cells }: CellGrid, { from, binMs, count }: Bins): Uint16Array {
  const bins = new Uint16Array(cells).fill(NO_BIN)
  const first = (origin - from) / cellMs
  const per = binMs / cellMs
  for (let c = 0; c < cells; c++) {
    const b = Math.floor((first + c) / per)
    if (b >= 0 && b < count) bins[c] = b
  }
  return bins
}

function summed(cells: Uint32Array, binOf: Uint16Array, count: number): Uint32Array {
  const sums = new Uint32Array(count)
  for (let c = 0; c < cells.length; c++) if (binOf[c] !== NO_BIN) sums[binOf[c]] += cells[c]
  return sums
}

/** The selected accounts' events by class and cell: entry class × cells + cell. Null where that is not known yet. */
async function classCells(at: Snapshot, chosen: Chosen): Promise<Uint32Array | null> {
  const rhythm = await at.facts.rhythm()
  if (rhythm === null || chosen.bits === null) return rhythm && rhythm.whole
  const columns = await at.facts.cells.ready()
  if (columns === null) return null
  return once(chosen.kept, 'classes', () => countClasses(columns, chosen))
}

async function countClasses(columns: CellColumns & Rhythm, { bits, rows }: Chosen): Promise<Uint32Array> {
  const { cells, offsets, cell, class: kinds, whole } = columns
  const counts = new Uint32Array(CLASSES * cells)
  if (rows !== null) {
    for (let i = 0; i < rows.length; i++)
      for (let e = offsets[rows[i]], end = offsets[rows[i] + 1]; e < end; e++)
        counts[kinds[e] * cells + cell[e]]++
    return counts
  }
  // Many: whichever side has fewer events is walked.
  const n = offsets.length - 1
  let events = 0
  for (let r = 0; r < n; r++) if (has(bits!, r)) events += offsets[r + 1] - offsets[r]
  const selected = events * 2 <= offsets[n]
  for (let r = 0; r < n; r++) {
    if (has(bits!, r) !== selected) continue
    for (let e = offsets[r], end = offsets[r + 1]; e < end; e++) counts[kinds[e] * cells + cell[e]]++
  }
  if (!selected) for (let k = 0; k < counts.length; k++) counts[k] = whole[k] - counts[k]
  return counts
}

/** Rows of each lane of a community or an account. */
async function rowsOfLanes(at: Snapshot, lanes: readonly ExploreLane[]): Promise<Uint32Array[]> {
  const accounts = await at.facts.accounts()
  const ofCommunities = await rowsOfCommunities(
    at,
    lanes.map((lane) => (lane.by === 'community' ? lane.id : -1)),
  )
  return lanes.map((lane, l) => {
    const r = lane.by === 'account' ? row(accounts, lane.id) : NO_ROW
    return r === NO_ROW ? ofCommunities[l] : Uint32Array.of(r)
  })
}

/** Adds the events of those of the rows that are selected. */
function walk(
  { offsets, cell }: CellColumns,
  rows: Uint32Array,
  bits: Chosen['bits'],
  binOf: Uint16Array,
  into: Uint32Array,
): void {
  for (let i = 0; i < rows.length; i++) {
    const r = rows[i]
    if (bits !== null && !has(bits, r)) continue
    for (let e = offsets[r], end = offsets[r + 1]; e < end; e++) {
      const b = binOf[cell[e]]
      if (b !== NO_BIN) into[b]++
    }
  }
}

const startsOf = async (at: Snapshot, events: EventColumns, grid: CellGrid): Promise<Uint32Array> =>
  once(at.facts.kept, 'cell starts', async () => cellStarts(events, grid))

/** Lanes that a column of the event tells apart, by lane and cell: one pass over the cells in which somebody selected acted. */
function valueCells(at: Snapshot, chosen: Chosen, lanes: readonly ExploreLane[]): Promise<Uint32Array> {
  return latest(chosen.kept, 'lanes', JSON.stringify(lanes), async () => {
    const events = await at.facts.events()
    const rhythm = (await at.facts.rhythm())!
    const classes = (await classCells(at, chosen))!
    const starts = await startsOf(at, events, rhythm)
    const columns = valueLanes(events, lanes)
    const { cells } = rhythm
    const counts = new Uint32Array(lanes.length * cells)
    const perLane = new Uint32Array(NO_LANE + 1)
    let since = 0
    for (let c = 0; c < cells; c++) {
      if (!acted(classes, cells, c)) continue
      perLane.fill(0)
      for (const { laneOf, codes } of columns)
        countLanes(laneOf, codes, events.row, chosen.bits, starts[c], starts[c + 1], perLane)
      for (let l = 0; l < lanes.length; l++) counts[l * cells + c] = perLane[l]
      since += starts[c + 1] - starts[c]
      if (since < 1 << 20) continue
      since = 0
      await at.pace.checkpoint()
    }
    return counts
  })
}

function acted(classes: Uint32Array, cells: number, c: number): boolean {
  for (let k = c; k < classes.length; k += cells) if (classes[k] > 0) return true
  return false
}

/** Parts of the events between two places outside of which none of the selected acted. */
export async function rangesOf(
  at: Snapshot,
  chosen: Chosen,
  from: number,
  to: number,
): Promise<[from: number, to: number][]> {
  const classes = chosen.bits === null ? null : await classCells(at, chosen)
  if (classes === null) return [[from, to]]
  const rhythm = (await at.facts.rhythm())!
  const starts = await startsOf(at, await at.facts.events(), rhythm)
  const ranges: [number, number][] = []
  for (let c = 0; c < rhythm.cells; c++) {
    const first = Math.max(from, starts[c])
    const last = Math.min(to, starts[c + 1])
    if (first < last && acted(classes, rhythm.cells, c)) ranges.push([first, last])
  }
  return ranges
}
