import { describe, expect, test } from 'vitest'
import { freePace } from '../../common/pace.ts'
import { leiden } from '../communities/leiden.ts'
import { Random } from '../communities/random.ts'
import { LABEL } from './label-tests.ts'
import { testCommunities, type NullModelInput, type TestRow } from './null-model.ts'
import { csrFromEdges } from './graphs.fixture.ts'
import { rewire } from './rewire.ts'
import type { Rerun } from './stability.ts'

const pace = freePace()
const DAY = 86_400_000
const nothing = { entityIds: new Uint32Array(0), offsets: new Uint32Array(1), users: new Uint32Array(0) }
const never: Rerun = () => Promise.reject(new Error('not called'))
const byLeiden: Rerun = async (csr, seed) =>
  (await leiden(csr, { seed, resolution: 4, maxIterations: 2 }, pace)).membership

/**
 * `groups` cliques of `size` with a few edges between them; members' times, labels and things are drawn at random,
 * whatever the group: every null hypothesis but that of density holds.
 */
function world(seed: number, groups = 400, size = 6): NullModelInput {
  const random = new Random(seed)
  const n = groups * size
  const edges: [number, number][] = []
  for (let g = 0; g < groups; g++) {
    for (let i = 0; i < size; i++) {
      for (let j = i + 1; j < size; j++) edges.push([g * size + i, g * size + j])
    }
    if (g > 0) edges.push([g * size - 1, g * size])
  }
  const csr = csrFromEdges(n, edges)
  // Registrations come in busy and quiet weeks, so that a burst of all is no burst of a group.
  const registered = Float64Array.from({ length: n }, () => {
    const week = Math.floor(52 * random.next() ** 2)
    return week * 7 * DAY + random.next() * 7 * DAY
  })
  const labels = Uint8Array.from({ length: n }, () => {
    const draw = random.next()
    return draw < 0.02 ? LABEL.malicious : draw < 0.4 ? LABEL.benign : LABEL.none
  })
  const entityIds = Uint32Array.from({ length: 40 }, (_, e) => e + 1)
  const offsets = [0]
  const users: number[] = []
  for (let e = 0; e < 40; e++) {
    for (let w = 0; w < n; w++) if (random.next() < 0.04) users.push(w)
    offsets.push(users.length)
  }
  return {
    csr,
    membership: Uint32Array.from({ length: n }, (_, w) => Math.floor(w / size)),
    count: groups,
    registered,
    labels,
    left: { entityIds, offsets: Uint32Array.from(offsets), users: Uint32Array.from(users) },
    hubs: nothing,
  }
}

const of = (rows: readonly TestRow[], statistic: string) =>
  rows.filter((r) => r.statistic.split('@')[0] === statistic)

/** Kolmogorov–Smirnov distance of the p-values above, or both ways, from uniform. */
function distance(ps: number[], side: 'below' | 'both'): number {
  const sorted = [...ps].sort((a, b) => a - b)
  let most = 0
  sorted.forEach((p, i) => {
    most = Math.max(most, (i + 1) / sorted.length - p)
    if (side === 'both') most = Math.max(most, p - i / sorted.length)
  })
  return most
}

describe('where nothing but chance is at work', async () => {
  const worlds = [1, 2, 3].map((seed) => world(seed))
  const results = await Promise.all(
    worlds.map((w) => testCommunities(w, never, { rewirings: 0, seed: 1 }, pace)),
  )
  const all = results.flat()
  // 1200 p-values: KS at the 1% level is 1.63 / √1200 = .047 (one-sided 1.52 / √1200 = .044).
  test('p-values of the age spread are uniform', () => {
    expect(
      distance(
        of(all, 'age_spread').map((r) => r.p),
        'both',
      ),
    ).toBeLessThan(0.047)
  })
  test.each(['registration_burst', 'label_malicious', 'label_benign'])('%s: p is never too small', (name) => {
    const rows = of(all, name)
    expect(rows.length).toBeGreaterThan(1000)
    expect(
      distance(
        rows.map((r) => r.p),
        'below',
      ),
    ).toBeLessThan(0.044)
  })
  test('entity_sharing and surprise: p is never too small, unlisted communities counted as 1', () => {
    for (const name of ['entity_sharing', 'surprise']) {
      const ps = of(all, name).map((r) => r.p)
      while (ps.length < 1200) ps.push(1)
      expect(distance(ps, 'below')).toBeLessThan(0.044)
    }
  })
  test('discoveries at q < .05 are rare', () => {
    for (const rows of results) expect(rows.filter((r) => r.q < 0.05).length).toBeLessThanOrEqual(1)
  })
})

describe('what was planted is found', async () => {
  const planted = world(4)
  const size = 6
  for (let i = 0; i < size; i++) {
    planted.registered[i] = 200 * DAY + i * 600_000
    planted.labels[size + i] = LABEL.malicious
  }
  // All of group 3 use entity 7.
  const lists = Array.from({ length: 40 }, (_, e) => [
    ...planted.left.users.subarray(planted.left.offsets[e], planted.left.offsets[e + 1]),
  ])
  lists[6] = [...new Set([...lists[6], 18, 19, 20, 21, 22, 23])]
  planted.left = {
    ...planted.left,
    offsets: Uint32Array.from([0, ...lists.map((_, e) => lists.slice(0, e + 1).flat().length)]),
    users: Uint32Array.from(lists.flat()),
  }
  const rows = await testCommunities(planted, never, { rewirings: 0, seed: 1 }, pace)
  const found = (statistic: string) =>
    of(rows, statistic)
      .filter((r) => r.q < 0.05)
      .map((r) => r.community)

  test('a burst of registrations, with the window it fits in', () => {
    expect(found('age_spread')).toEqual([0])
    expect(found('registration_burst')).toEqual([0])
    const [row] = rows.filter((r) => r.community === 0 && r.statistic.startsWith('registration_burst@'))
    expect(row.statistic).toBe('registration_burst@1')
    expect(row.observed).toBe(6)
    expect(row.expected).toBeLessThan(1.2)
  })
  test('enriched labels, malicious or benign', async () => {
    expect(found('label_malicious')).toEqual([1])
    // The same labels with their words exchanged.
    const inverted = { ...planted, labels: planted.labels.map((l) => (l === LABEL.none ? l : 3 - l)) }
    const benign = of(await testCommunities(inverted, never, { rewirings: 0, seed: 1 }, pace), 'label_benign')
    expect(benign.filter((r) => r.q < 0.05).map((r) => r.community)).toEqual([1])
  })
  test('a shared thing, by its id', () => {
    expect(found('entity_sharing')).toEqual([3])
    expect(
      rows.find((r) => r.community === 3 && r.q < 0.05 && r.statistic.startsWith('entity'))!.statistic,
    ).toBe('entity_sharing@7')
  })
  test('a hub is named apart and surprises nobody', async () => {
    const input = { ...planted, left: nothing, hubs: planted.left }
    const rows = await testCommunities(input, never, { rewirings: 0, seed: 1 }, pace)
    expect(
      of(rows, 'hub_sharing')
        .filter((r) => r.q < 0.05)
        .map((r) => r.community),
    ).toEqual([3])
    expect(
      of(rows, 'surprise')
        .filter((r) => r.q < 0.05)
        .map((r) => r.community),
    ).not.toContain(3)
  })
  test('surprise puts them first, but not the benign one', () => {
    const order = of(rows, 'surprise').sort((a, b) => b.observed - a.observed)
    expect(new Set(order.slice(0, 3).map((r) => r.community))).toEqual(new Set([0, 1, 3]))
    expect(order[0].z).toBeGreaterThan(3)
    expect(rows.filter((r) => (r.z === null) !== (r.p === 1))).toEqual([])
  })
})

describe('missing data', () => {
  test('without times, labels and things, there are no rows at all, and no zeros', async () => {
    const bare = world(5, 40)
    bare.registered.fill(NaN)
    bare.labels.fill(0)
    bare.left = nothing
    expect(await testCommunities(bare, never, { rewirings: 0, seed: 1 }, pace)).toEqual([])
  })
  test('a community with two known times has no registration statistics; others do', async () => {
    const some = world(6, 40)
    for (let i = 2; i < 6; i++) some.registered[i] = NaN
    const rows = await testCommunities(some, never, { rewirings: 0, seed: 1 }, pace)
    expect(of(rows, 'age_spread').map((r) => r.community)).toEqual(
      Array.from({ length: 39 }, (_, i) => i + 1),
    )
  })
  test('times that are all the same surprise nobody', async () => {
    const same = world(7, 40)
    same.registered.fill(5)
    const rows = await testCommunities(same, never, { rewirings: 0, seed: 1 }, pace)
    expect(Math.min(...of(rows, 'age_spread').map((r) => r.p))).toBe(1)
    expect(Math.min(...of(rows, 'registration_burst').map((r) => r.p))).toBe(1)
  })
  test('pairs are not tested', async () => {
    const pairs = world(8, 200, 2)
    expect(await testCommunities(pairs, byLeiden, { rewirings: 2, seed: 1 }, pace)).toEqual([])
  })
})

describe('density against what the detector finds in rewired graphs', () => {
  test('cliques are denser than anything chance makes', async () => {
    const rows = of(await testCommunities(world(9), byLeiden, { rewirings: 2, seed: 1 }, pace), 'density')
    expect(rows.length).toBe(400)
    expect(Math.max(...rows.map((r) => r.p))).toBeLessThan(0.05)
    expect(rows[0].observed).toBeCloseTo(5, 6)
    expect(rows[0].expected).toBeLessThan(4)
  })
  test('communities that Leiden finds in a random graph are not denser: p is never too small', async () => {
    const ps: number[] = []
    for (const seed of [10, 11, 12, 13, 14, 15]) {
      const base = world(seed, 200)
      const { csr } = await rewire(base.csr, seed, pace)
      const { membership, communities } = await leiden(
        csr,
        { seed: 20 + seed, resolution: 4, maxIterations: 2 },
        pace,
      )
      const input = { ...base, csr, membership, count: communities }
      const rows = of(await testCommunities(input, byLeiden, { rewirings: 12, seed: 2 }, pace), 'density')
      expect(rows.filter((r) => r.q < 0.05)).toEqual([])
      ps.push(...rows.map((r) => r.p))
    }
    expect(ps.length).toBeGreaterThan(200)
    // Communities of one graph are not independent, so the bound is twice that of as many independent p-values.
    expect(distance(ps, 'below')).toBeLessThan((2 * 1.52) / Math.sqrt(ps.length))
    // Nor is it much too large (equal weights make ties, which count against a discovery).
    const small = ps.filter((p) => p <= 0.2).length / ps.length
    expect(small).toBeGreaterThan(0.1)
    expect(small).toBeLessThan(0.3)
  })
})
