import fc from 'fast-check'
import { existsSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { createPace } from '../../common/pace.ts'
import type { ExploreLane } from '../../common/contract/compute-explore.ts'
import { DERIVED_DIR } from '../store/open.ts'
import { gridOf, hasCells, loadCells, readRhythm } from './cells.ts'
import { chosenOf, membersOf } from './chosen.ts'
import { countByCells } from './count-cells.ts'
import type { EventColumns } from './events.ts'
import { ExploreState, type Snapshot } from './state.ts'
import { makeWorld, RUNS, selections, START, worldPlan, type World } from './testing/world.ts'
import { singleEvents, timelineCounts } from './timeline.ts'

const open: { world: World; state: ExploreState }[] = []
function explore(world: World): Snapshot {
  const state = new ExploreState(world.workspace.ctx.workspace)
  open.push({ world, state })
  return state.snapshot(RUNS)
}
function close() {
  for (const { world, state } of open.splice(0)) {
    state.close()
    world.workspace.close()
  }
}
afterEach(close)

const HOUR = 3_600_000
const LANES: ExploreLane[] = [
  { by: 'community', id: 1 },
  { by: 'community', id: 99 },
  { by: 'account', id: 2 },
  { by: 'account', id: 4000 },
  { by: 'context', value: 'web' },
  { by: 'country', value: null },
  { by: 'outcome', value: 'fail' },
]
/** On whole minutes, which are whole cells of these worlds, from before their time to behind it. */
const BINS = { from: Math.floor(START / HOUR) * HOUR - 20 * HOUR, binMs: 6 * HOUR, count: 45 }

test('cells count what a pass over every event counts, and are what views are answered from', async () => {
  let met = 0
  await fc.assert(
    fc.asyncProperty(worldPlan, fc.array(selections, { minLength: 3, maxLength: 5 }), async (plan, all) => {
      const at = explore(makeWorld(plan))
      for (const selection of all) {
        // Nothing is there yet: the events are passed over.
        const passed = await timelineCounts(at, selection, BINS, LANES)
        await at.facts.cells.get()
        // The rows of communities are looked for one way, then the other.
        if (all.indexOf(selection) > 0) await membersOf(at)
        const counted = await countByCells(at, await chosenOf(at, selection, ['time']), BINS, LANES)
        expect(counted).not.toBeNull()
        expect(await timelineCounts(at, selection, BINS, LANES)).toEqual(passed)
        met += passed.eventsInView
      }
      close()
    }),
    { numRuns: 6 },
  )
  expect(met).toBeGreaterThan(0)
})

test('bins that cut cells are counted by the events, and come out the same as their sums', async () => {
  const at = explore(makeWorld({ accounts: 40, seed: 77, milliseconds: true }))
  const { cellMs } = await at.facts.cells.get()
  const chosen = await chosenOf(at, { labels: ['malicious'] })
  const off = { ...BINS, from: BINS.from + cellMs / 2 }
  expect(await countByCells(at, chosen, off, [])).toBeNull()
  expect(await countByCells(at, chosen, { ...BINS, binMs: cellMs / 2 }, [])).toBeNull()
  const fine = await timelineCounts(at, {}, { ...BINS, binMs: cellMs / 2, count: 1000 }, [])
  const coarse = await timelineCounts(at, {}, { ...BINS, binMs: cellMs, count: 500 }, [])
  expect([...coarse.events]).toEqual(
    Array.from({ length: 500 }, (_, b) => fine.events[2 * b]! + fine.events[2 * b + 1]!),
  )
})

test('single events are the same with cells and without', async () => {
  await fc.assert(
    fc.asyncProperty(worldPlan, selections, async (plan, selection) => {
      const at = explore(makeWorld(plan))
      const span = { from: START + 10 * HOUR + 1, to: START + 150 * HOUR }
      const before = await singleEvents(at, selection, span, 30)
      await at.facts.cells.get()
      expect(await singleEvents(at, selection, span, 30)).toEqual(before)
      close()
    }),
    { numRuns: 5 },
  )
})

test('cells number any length of time with two bytes', () => {
  const events = (seconds: number[]): EventColumns =>
    ({ n: seconds.length, ts: Uint32Array.from(seconds), origin: START, unit: 1000, acts: [] }) as never
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4_000_000_000 }), { minLength: 1 }), (seconds) => {
      seconds.sort((a, b) => a - b)
      const { origin, cellMs, cells } = gridOf(events(seconds))
      const cellOf = (s: number) => Math.floor((START + s * 1000 - origin) / cellMs)
      expect(cells).toBeLessThanOrEqual(65_535)
      expect(cellOf(seconds[0]!)).toBe(0)
      expect(cellOf(seconds.at(-1)!)).toBe(cells - 1)
      expect(origin % cellMs).toBe(0)
    }),
  )
})

test('a workspace without the file answers at once and has the file later; new facts make a new one', async () => {
  const world = makeWorld({ accounts: 30, seed: 9, milliseconds: false })
  const { workspace } = world.workspace.ctx
  const at = explore(world)
  expect(hasCells(workspace, at.facts.key)).toBe(false)
  expect(await at.facts.cells.ready()).toBeNull()
  const whole = await timelineCounts(at, {}, BINS, [])
  await at.facts.cells.get()
  expect(hasCells(workspace, at.facts.key)).toBe(true)
  expect((await at.facts.cells.ready())!.offsets.length).toBe((await at.facts.accounts()).n + 1)
  // The import that was running is done: those of before say nothing of it.
  world.workspace.db.exec(`UPDATE source SET status = 'ready', sha256 = 'bb' WHERE id = 2`)
  const after = open[0]!.state.snapshot(RUNS)
  expect(hasCells(workspace, after.facts.key)).toBe(false)
  const more = await timelineCounts(after, {}, BINS, [])
  expect(more.eventsInView).toBeGreaterThan(whole.eventsInView)
  await after.facts.cells.get()
  expect(await timelineCounts(after, {}, BINS, [])).toEqual(more)
  // One file of a group is kept.
  expect(hasCells(workspace, at.facts.key)).toBe(false)
})

test('a build that was cancelled leaves nothing, and half a file is made again', async () => {
  const world = makeWorld({ accounts: 30, seed: 12, milliseconds: false })
  const { workspace } = world.workspace.ctx
  const at = explore(world)
  const events = await at.facts.events()
  const { n } = await at.facts.accounts()
  const stop = new AbortController()
  stop.abort()
  const load = (signal: AbortSignal) =>
    loadCells(workspace, at.facts.key, n, async () => events, createPace(signal))
  await expect(load(stop.signal)).rejects.toMatchObject({ code: 'cancelled' })
  expect(hasCells(workspace, at.facts.key)).toBe(false)
  expect(readdirSync(join(workspace, DERIVED_DIR)).filter((name) => name.endsWith('.part'))).toEqual([])

  const made = await load(new AbortController().signal)
  const file = join(workspace, DERIVED_DIR, `explore-cells-${at.facts.key}.bin`)
  expect(await load(new AbortController().signal)).toEqual(made)
  expect((await readRhythm(workspace, at.facts.key, at.pace))!.whole).toEqual(made.whole)
  truncateSync(file, 200)
  expect(await readRhythm(workspace, at.facts.key, at.pace)).toBeNull()
  expect(await load(new AbortController().signal)).toEqual(made)

  // What a killed process left goes with the next file that is written; what another writes now stays.
  const left = join(workspace, DERIVED_DIR, 'explore-cells-x.bin.1.part')
  const fresh = join(workspace, DERIVED_DIR, 'explore-cells-y.bin.2.part')
  writeFileSync(left, '')
  writeFileSync(fresh, '')
  utimesSync(left, 1000, 1000)
  rmSync(file)
  await load(new AbortController().signal)
  expect([existsSync(left), existsSync(fresh)]).toEqual([false, true])
})
