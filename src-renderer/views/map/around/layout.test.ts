import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AroundScene } from '../../../../src-main/common/contract/around.ts'
import { createForce, part } from './force.ts'
import { arrange, placeNew, ROOM, type Places } from './layout.ts'
import { modelOf } from './model.ts'
import { addExpansion, begin, EMPTY, group, hide, toggleKind, type AroundState } from './state.ts'

/** Accounts 1..n, ties as pairs with a mask, uses as [account, thing, type]. */
export function sceneOf(
  n: number,
  ties: [number, number, number][],
  uses: [account: number, thing: number, type: string][] = [],
): AroundScene {
  const things = [...new Map(uses.map(([, thing, type]) => [thing, type]))]
  const types = [...new Set(things.map(([, type]) => type))].sort()
  return {
    graphRunId: 1,
    accounts: {
      id: Uint32Array.from({ length: n }, (_, i) => i + 1),
      key: Array.from({ length: n }, (_, i) => `acc${i + 1}`),
      score: new Float32Array(n).fill(0.5),
      community: Uint32Array.from({ length: n }, (_, i) => (i % 5 === 4 ? 0xffffffff : i % 3)),
      flags: new Uint8Array(n),
      registered: Float64Array.from({ length: n }, (_, i) => (i % 4 === 3 ? NaN : 1000 * i)),
      firstSeen: new Float64Array(n).fill(NaN),
      degree: new Uint32Array(n),
    },
    edges: {
      a: Uint32Array.from(ties, ([a]) => a - 1),
      b: Uint32Array.from(ties, ([, b]) => b - 1),
      weight: new Float32Array(ties.length).fill(1),
      channelMask: Uint16Array.from(ties, ([, , mask]) => mask),
    },
    channels: ['entity:device', 'relation:friend'],
    omittedEdges: 0,
    things: {
      id: Uint32Array.from(things, ([id]) => id),
      type: Uint8Array.from(things, ([, type]) => types.indexOf(type)),
      key: things.map(([id]) => `D${id}`),
      accounts: new Uint32Array(things.length).fill(2),
    },
    types,
    links: {
      account: Uint32Array.from(uses, ([account]) => account - 1),
      thing: Uint32Array.from(uses, ([, thing]) => things.findIndex(([id]) => id === thing)),
    },
    omittedThings: 0,
    omittedHubs: 0,
    hubCap: 60,
  }
}
const around = (...seeds: number[]): AroundState =>
  begin(
    EMPTY,
    seeds.map((id) => `a${id}`),
  )
const drawn = (scene: AroundScene, state: AroundState) => {
  const model = modelOf(scene, state)
  return model.edges
    .map(({ a, b, kind }) => [model.nodes[a]!.key, model.nodes[b]!.key, kind].join(' '))
    .sort()
}

describe('what is drawn', () => {
  const scene = sceneOf(
    3,
    [
      [1, 2, 0b11],
      [2, 3, 0b01],
    ],
    [
      [1, 7, 'device'],
      [2, 7, 'device'],
    ],
  )

  it('leaves out a tie that a thing between the two explains, and keeps what else joins them', () => {
    expect(drawn(scene, around(1))).toEqual(['a1 a2 tie', 'a1 e7 use', 'a2 a3 tie', 'a2 e7 use'])
    const state = toggleKind(around(1), 'channel:relation:friend')
    expect(drawn(scene, state)).toEqual(['a1 e7 use', 'a2 a3 tie', 'a2 e7 use'])
    // Without the device as a node, the tie says it again.
    expect(drawn(scene, toggleKind(around(1), 'type:device'))).toEqual(['a1 a2 tie', 'a2 a3 tie'])
  })

  it('draws a closed group as one node with the edges of its members', () => {
    const state = group(around(1), ['a1', 'a2'], 'pair')
    expect(drawn(scene, state)).toEqual(['g1 a3 tie', 'g1 e7 use'].map((edge) => edge))
    const model = modelOf(scene, state)
    expect(model.edges.find(({ kind }) => kind === 'use')).toMatchObject({ count: 2, weight: 2 })
  })

  it('leaves out what is hidden, and says what an expansion left out', () => {
    let state = addExpansion(around(1), {
      kind: 'expand',
      from: ['a1'],
      channel: 'all',
      sort: 'strongest',
      accounts: [2],
      things: [],
      left: 9,
    })
    state = hide(state, ['a2'])
    expect(drawn(scene, state)).toEqual(['a1 e7 use', 'a1 m1 more'])
  })

  it('counts hops over accounts, whatever things are between', () => {
    const model = modelOf(
      sceneOf(
        4,
        [[2, 3, 2]],
        [
          [1, 7, 'device'],
          [2, 7, 'device'],
        ],
      ),
      around(1),
    )
    expect(Object.fromEntries(model.nodes.map(({ key, hop }) => [key, hop]))).toEqual({
      a1: 0,
      e7: 1,
      a2: 1,
      a3: 2,
      a4: -1,
    })
  })
})

const graphs = fc
  .integer({ min: 1, max: 40 })
  .chain((n) =>
    fc.tuple(
      fc.constant(n),
      fc.array(
        fc.tuple(fc.integer({ min: 1, max: n }), fc.integer({ min: 1, max: n }), fc.constantFrom(1, 2, 3)),
        { maxLength: 80 },
      ),
      fc.array(
        fc.tuple(fc.integer({ min: 1, max: n }), fc.integer({ min: 1, max: 9 }), fc.constant('device')),
        { maxLength: 20 },
      ),
    ),
  )
const graphScene = ([n, ties, uses]: [number, [number, number, number][], [number, number, string][]]) =>
  sceneOf(
    n,
    ties.filter(([a, b]) => a !== b).map(([a, b, m]) => [Math.min(a, b), Math.max(a, b), m]),
    uses,
  )

describe('places', () => {
  it('are given to everything, never two on one spot, and nothing that has one moves', () => {
    fc.assert(
      fc.property(graphs, fc.integer({ min: 1, max: 40 }), (graph, some) => {
        const model = modelOf(graphScene(graph), around(1))
        const places: Places = new Map()
        // A part of it was there before.
        model.nodes
          .slice(0, some)
          .forEach(({ key }, i) => places.set(key, { x: ROOM * 3 * i, y: ROOM * 2 * (i % 3) }))
        const before = new Map([...places].map(([key, at]) => [key, { ...at }]))
        const fresh = placeNew(model, places, {})
        for (const [key, at] of before) expect(places.get(key)).toEqual(at)
        expect(fresh).toHaveLength(model.nodes.length - before.size)
        const spots = new Set([...places.values()].map(({ x, y }) => `${Math.round(x)} ${Math.round(y)}`))
        expect(spots.size).toBe(model.nodes.length)
        const again: Places = new Map(before)
        placeNew(model, again, {})
        expect(again).toEqual(places)
      }),
    )
  })

  it('are where a person pinned them, in every layout', () => {
    const model = modelOf(
      sceneOf(
        6,
        [
          [1, 2, 1],
          [2, 3, 2],
        ],
        [
          [4, 7, 'device'],
          [5, 7, 'device'],
        ],
      ),
      around(1),
    )
    const pinned = { a2: [123, -45] as [number, number], a99: [0, 0] as [number, number] }
    const places: Places = new Map()
    placeNew(model, places, pinned)
    expect(places.get('a2')).toEqual({ x: 123, y: -45 })
    for (const name of ['rings', 'time', 'communities'] as const) {
      const made = arrange(model, name, pinned)
      expect(made.places.get('a2')).toEqual({ x: 123, y: -45 })
      expect([...made.places.keys()].sort()).toEqual(model.nodes.map(({ key }) => key).sort())
    }
  })

  it('on rings are as far from the middle as hops from the seed', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const model = modelOf(graphScene(graph), around(1))
        const { places } = arrange(model, 'rings', {})
        const reach = model.nodes
          .filter(({ kind, hop }) => kind === 'account' && hop >= 0)
          .map(({ key, hop }) => [hop, Math.hypot(places.get(key)!.x, places.get(key)!.y)] as const)
        for (const [h, r] of reach) for (const [i, s] of reach) if (h < i) expect(r).toBeLessThan(s)
      }),
    )
  })

  it('by time go from the earliest to the latest, undated ones before', () => {
    const model = modelOf(sceneOf(9, []), around(1))
    const { places, guides } = arrange(model, 'time', {})
    const x = (id: number) => places.get(`a${id}`)!.x
    expect(x(1)).toBeLessThan(x(5))
    expect(x(5)).toBeLessThan(x(9))
    expect(x(4)).toBeLessThan(x(1))
    expect(guides.some(({ kind }) => kind === 'undated')).toBe(true)
  })

  it('in columns keep communities apart', () => {
    const scene = sceneOf(30, [])
    const model = modelOf(scene, around(1))
    const { places, guides } = arrange(model, 'communities', {})
    for (const guide of guides) {
      if (guide.kind !== 'column') continue
      for (const node of model.nodes) {
        const { x } = places.get(node.key)!
        const own = (guide.community ?? 0xffffffff) === scene.accounts.community[node.index]
        expect(x >= guide.x && x < guide.x + guide.width).toBe(own)
      }
    }
  })
})

describe('force', () => {
  it('never moves what is held, and brings what is joined nearer than what is not', () => {
    const xy = Float32Array.of(0, 0, 400, 0, -400, 0, 0, 300)
    const force = createForce({
      xy,
      fixed: Uint8Array.of(1, 0, 0, 0),
      ends: Uint32Array.of(0, 1),
      weight: Float32Array.of(1),
    })
    force.step(200)
    const out = force.finish()
    expect([out[0], out[1]]).toEqual([0, 0])
    const far = (i: number) => Math.hypot(out[2 * i]!, out[2 * i + 1]!)
    expect(far(1)).toBeLessThan(far(2))
    expect(far(1)).toBeLessThan(far(3))
  })

  it('parts what stands on one spot', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), (n) => {
        const xy = new Float32Array(2 * n)
        part(xy, new Uint8Array(n), 200)
        for (let i = 0; i < n; i++)
          for (let j = 0; j < i; j++)
            expect(Math.hypot(xy[2 * i]! - xy[2 * j]!, xy[2 * i + 1]! - xy[2 * j + 1]!)).toBeGreaterThan(15)
      }),
    )
  })
})
