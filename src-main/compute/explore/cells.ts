import { existsSync } from 'node:fs'
import type { Pace } from '../../common/pace.ts'
import { keepColumns, pathOf, readColumns } from './column-file.ts'
import { firstAt, type EventColumns } from './events.ts'

/**
 * Time in equal cells, and in which cell each account acted: what a timeline of any accounts is counted from without a pass
 * over every event. Bins that are whole numbers of cells (those of every view but a close one) are sums of them.
 */
export interface CellGrid {
  /** Cell c is [origin + c × cellMs, … + cellMs), in ms; a multiple of cellMs since 1970. */
  origin: number
  cellMs: number
  cells: number
  /** Some event says that it is a registration. */
  registrations: boolean
}
export interface CellColumns extends CellGrid {
  /** Events of account row r are offsets[r] .. offsets[r + 1], by time. */
  offsets: Uint32Array
  cell: Uint16Array
  /** LOGIN, FAILED, REGISTRATION, OTHER (events.ts). */
  class: Uint8Array
}
/** Everybody's events by class and cell: entry class × cells + cell. */
export interface Rhythm extends CellGrid {
  whole: Uint32Array
}
export const CLASSES = 4

const MOST_CELLS = 65_535
const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Widths that divide each other and the bins that people read (core/timeline/binning.ts). */
const WIDTHS = [1000, 5000, 15_000, 30_000]
  .concat([1, 5, 15, 30].map((n) => n * MINUTE))
  .concat([1, 3, 6, 12, 24, 7 * 24, 28 * 24, 364 * 24].map((n) => n * HOUR))

/** The finest cells that two bytes can number. */
export function gridOf(events: EventColumns): CellGrid {
  const { n, ts, unit, acts } = events
  const first = n === 0 ? 0 : events.origin + ts[0] * unit
  const last = n === 0 ? 0 : events.origin + ts[n - 1] * unit
  const registrations = acts.some((act) => act.class === 2)
  for (const cellMs of WIDTHS) {
    const origin = Math.floor(first / cellMs) * cellMs
    const cells = Math.floor((last - origin) / cellMs) + 1
    if (cells <= MOST_CELLS) return { origin, cellMs, cells, registrations }
  }
  // Longer than 65,000 years: nothing that dates can say.
  return {
    origin: first,
    cellMs: Math.ceil((last - first + 1) / MOST_CELLS),
    cells: MOST_CELLS,
    registrations,
  }
}

/** The first event of each cell, and behind the last one the number of events. */
export function cellStarts(events: EventColumns, { origin, cellMs, cells }: CellGrid): Uint32Array {
  const starts = new Uint32Array(cells + 1)
  for (let c = 0; c < cells; c++) starts[c] = firstAt(events, origin + c * cellMs)
  starts[cells] = events.n
  return starts
}

const kept = (workspace: string, key: string) => ({ workspace, group: 'cells', key, keep: 1 })

/** Whether the file of these facts is there: then reading it takes milliseconds. */
export const hasCells = (workspace: string, key: string): boolean => existsSync(pathOf(kept(workspace, key)))

/** The rhythm alone: a small part of the file. Null where there is none or it isn't whole. */
export async function readRhythm(workspace: string, key: string, pace: Pace): Promise<Rhythm | null> {
  const file = await readColumns<CellGrid>(pathOf(kept(workspace, key)), pace, { whole: Infinity })
  return file && ({ ...file.meta, ...file.columns } as never as Rhythm)
}

/** The cells of these facts' events, from their file, or made from the events and then to the file. */
export async function loadCells(
  workspace: string,
  key: string,
  accounts: number,
  events: () => Promise<EventColumns>,
  pace: Pace,
): Promise<CellColumns & Rhythm> {
  const file = await readColumns<CellGrid>(pathOf(kept(workspace, key)), pace)
  if (file) return { ...file.meta, ...file.columns } as never as CellColumns & Rhythm
  const { grid, columns } = await makeCells(await events(), accounts, pace)
  await keepColumns(kept(workspace, key), { meta: grid, columns }, pace)
  return { ...grid, ...columns }
}

const STEP = 1 << 20

/** Counting sort of the events by account: those of an account stay in order of time. */
export async function makeCells(events: EventColumns, accounts: number, pace: Pace) {
  const { row, act, n } = events
  const grid = gridOf(events)
  const { cells } = grid
  const starts = cellStarts(events, grid)
  const classOf = Uint8Array.from(events.acts, (one) => one.class)
  const whole = new Uint32Array(CLASSES * cells)
  const offsets = new Uint32Array(accounts + 1)
  for (let i = 0; i < n; i++) offsets[row[i] + 1]++
  for (let r = 0; r < accounts; r++) offsets[r + 1] += offsets[r]
  const next = offsets.slice(0, accounts)
  const cell = new Uint16Array(n)
  const classes = new Uint8Array(n)
  let done = 0
  for (let c = 0; c < cells; c++) {
    for (let i = starts[c]; i < starts[c + 1]; i++) {
      const kind = classOf[act[i]]
      const at = next[row[i]]++
      cell[at] = c
      classes[at] = kind
      whole[kind * cells + c]++
    }
    if (starts[c + 1] - done < STEP) continue
    done = starts[c + 1]
    await pace.checkpoint()
  }
  return { grid, columns: { whole, offsets, cell, class: classes } }
}
