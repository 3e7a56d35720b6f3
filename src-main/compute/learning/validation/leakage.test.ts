import { describe, expect, it } from 'vitest'
import { freePace } from '../../../common/pace.ts'
import { Random } from '../../communities/random.ts'
import { auroc } from '../evaluate/metrics.ts'
import { scoreFolds } from './fold-rows.ts'
import { measureAfterLabel, measureFeatures, measureShuffled } from './leakage.ts'
import {
  column,
  everyone,
  foldsOf,
  gainsOf,
  normal,
  rowsOf,
  smallBoosting,
  world,
  type World,
} from './test-world.ts'

const pace = freePace()
const fit = smallBoosting()

async function features(w: World) {
  const folds = foldsOf(w)
  return measureFeatures(folds, fit, () => gainsOf(folds), { seed: 1 }, pace)
}

/** A column that is plainly set for three quarters of the malicious and random for all others. */
function leaking(w: World, share = 0.76, seed = 9): Float32Array {
  const random = new Random(seed)
  return Float32Array.from(w.y, (label) =>
    label === 1 && random.next() < share ? 5 + 0.1 * normal(random) : normal(random) * 2,
  )
}

describe('measureFeatures', () => {
  it('finds nothing where many facts share the work', async () => {
    const found = await features(world())
    expect(found.fullAuprc).toBeGreaterThan(0.7)
    expect(found.groups.filter((g) => g.level !== 'good')).toEqual([])
  })

  it('catches a fact that hides behind a modest AUROC and carries everything', async () => {
    const w = world({ base: 0.08, n: 2400, informative: 3, shift: 0.7 })
    w.columns.push(column('closed_reason'))
    w.values.push(leaking(w))
    const found = await features(w)
    const leak = found.groups.find((g) => g.base === 'closed_reason')!
    expect(leak.auroc).toBeGreaterThan(0.8)
    expect(leak.auroc).toBeLessThan(0.93)
    expect(leak.drop.with).toBeGreaterThan(0.7)
    expect(leak.drop.without).toBeLessThan(0.4)
    expect(leak.level).toBe('bad')
    expect(found.groups.filter((g) => g.level !== 'good').map((g) => g.base)).toEqual(['closed_reason'])
    expect(found.groups[0]).toBe(leak)
  })

  it('catches a leak that stands in two columns, neither of which is missed alone', async () => {
    const w = world({ base: 0.08, n: 2400, informative: 3, shift: 0.7 })
    const leak = leaking(w)
    w.columns.push(column('closed_reason'), column('closed_code'))
    w.values.push(
      leak,
      leak.map((v) => 3 * v + 1),
    )
    const found = await features(w)
    const group = found.groups.find((g) => g.base === 'closed_reason')!
    expect(group.with).toEqual(['closed_code'])
    expect(group.level).toBe('bad')
  })

  it('catches a leak that one column has as a value and another by being missing', async () => {
    const w = world({ base: 0.08, n: 2400, informative: 3, shift: 0.7 })
    const leak = leaking(w)
    w.columns.push(
      column('status', { kind: 'category', categories: ['open', 'closed'] }),
      column('last_seen'),
    )
    const random = new Random(2)
    w.values.push(
      leak.map((v) => (v > 4.5 && v < 5.5 ? 1 : 0)),
      leak.map((v) => (v > 4.5 && v < 5.5 ? NaN : random.next())),
    )
    const found = await features(w)
    const group = found.groups.find((g) => g.base === 'status')!
    expect(group.with).toEqual(['last_seen'])
    expect(group.level).toBe('bad')
  })

  it('leaves out with a fact what derives from it', async () => {
    const w = world({ base: 0.08, n: 2400, informative: 3, shift: 0.7 })
    w.columns.push(
      column('closed_reason'),
      column('mean:all:closed_reason', { base: 'closed_reason', relation: 'all', hop: 1, operator: 'mean' }),
    )
    const leak = leaking(w)
    const random = new Random(3)
    w.values.push(
      leak,
      leak.map((v) => v + 0.5 * normal(random)),
    )
    const found = await features(w)
    expect(found.groups[0].base).toBe('closed_reason')
    expect(found.groups[0].drop.without).toBeLessThan(0.4)
  })

  it('never calls known labels nearby a leak', async () => {
    const w = world({ base: 0.08, n: 2400, informative: 3, shift: 0.7 })
    w.columns.push(
      column('rate:all:1', { base: 'labels', family: 'labels', relation: 'all', hop: 1, operator: 'rate' }),
    )
    w.values.push(leaking(w))
    const found = await features(w)
    expect(found.groups.find((g) => g.base === 'labels')!.level).toBe('info')
    expect(found.groups.every((g) => g.level === 'good' || g.level === 'info')).toBe(true)
  })

  it('does not call the one weak fact of a weak scorer a leak', async () => {
    const w = world({ informative: 1, shift: 0.8 })
    const found = await features(w)
    expect(found.groups.filter((g) => g.level === 'bad')).toEqual([])
    expect(found.groups.find((g) => g.base === 'f0')!.level).toBe('warn')
  })
})

describe('measureShuffled', () => {
  const honest = (w: World) => async (labelled: { nodes: Uint32Array; y: Uint8Array }) => {
    const rows = { ...rowsOf(w, labelled.nodes), y: labelled.y }
    const all = rowsOf(w, Uint32Array.from(w.y.keys()))
    return (await fit(rows, 1))(all.x, all.rows)
  }

  it('is near one half for a scorer that only knows its training labels', async () => {
    const w = world({ n: 800 })
    const found = await measureShuffled(everyone(w.y), honest(w), { permutations: 8, seed: 1 }, pace)
    expect(found.low).toBeLessThan(0.5)
    expect(found.high).toBeGreaterThan(0.5)
    expect(found.level).toBe('good')
  })

  it('catches a scorer that the answers reach by another way', async () => {
    const w = world({ n: 800 })
    const score = honest(w)
    const random = new Random(4)
    const peeking = async (labelled: { nodes: Uint32Array; y: Uint8Array }) =>
      (await score(labelled)).map((s, u) => 0.5 * s + 0.15 * w.y[u] + 0.2 * random.next())
    const found = await measureShuffled(everyone(w.y), peeking, { permutations: 8, seed: 1 }, pace)
    expect(found.level).toBe('bad')
    expect(found.low).toBeGreaterThan(0.55)
  })
})

describe('measureAfterLabel', () => {
  /** A login column: after the label malicious accounts log in no more; before it, it says nothing. */
  function dated(leak: boolean) {
    const then = world({ informative: 4, shift: 0.6 })
    const random = new Random(8)
    const before = Float32Array.from(then.y, () => 10 * random.next())
    then.columns.push(column('login_recency', { family: 'logins' }))
    const now = { ...then, values: [...then.values] }
    then.values.push(before)
    now.values.push(before.map((v, i) => (leak && now.y[i] === 1 && random.next() < 0.7 ? v + 8 : v)))
    return { asOf: foldsOf(then), now: foldsOf(now) }
  }
  const run = async (leak: boolean, asOf = true) => {
    const { asOf: before, now } = dated(leak)
    const full = await scoreFolds(now, fit, { seed: 1 }, pace)
    const families = [
      { family: 'logins', share: 0.6 },
      { family: 'reports', share: 0 },
    ]
    return measureAfterLabel(now, full, families, asOf ? before : null, fit, { seed: 1 }, pace)
  }

  it('catches a result that rests on facts from after the label', async () => {
    const [logins, reports] = await run(true)
    expect(logins.level).toBe('bad')
    expect(logins.auprcWithout!).toBeLessThan(logins.drop!.with - 0.1)
    expect(reports.level).toBe('good')
  })

  it('lets facts from after the label be that change nothing', async () => {
    const [logins] = await run(false)
    expect(logins.level).toBe('info')
  })

  it('says so where it could not be measured', async () => {
    const [logins] = await run(true, false)
    expect(logins).toMatchObject({ level: 'warn', auprcWithout: null, drop: null })
  })
})

it('scores folds by rank, so that folds of different level stand beside each other', async () => {
  const w = world({ n: 600 })
  const folds = foldsOf(w)
  let calls = 0
  const shifted = scoreFolds(
    folds,
    async (rows, seed) => {
      const predict = await fit(rows, seed)
      const level = 10 * calls++
      return (x, n) => predict(x, n).map((v) => v + level)
    },
    { seed: 1 },
    pace,
  )
  const y = Uint8Array.from(folds.flatMap((f) => [...f.test.y]))
  expect(auroc(y, await shifted)).toBeCloseTo(auroc(y, await scoreFolds(folds, fit, { seed: 1 }, pace)), 10)
})
