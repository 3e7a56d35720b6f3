import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CommunityMap, MemberMap } from '../../src-main/common/contract/communities.ts'
import { BUDGET, memberEdgeBudget } from './budget.ts'
import { byRadius, byRisk, extentOf, MapModel, memberShare } from './model.ts'
import { channelStyle, MAP_PALETTES } from './palette.ts'
import { communityEdge, communityShape, memberEdge, memberShape, type MapLook, PLAIN_LOOK } from './style.ts'

function communities(n: number): CommunityMap {
  const ids = Array.from({ length: n }, (_, i) => i)
  return {
    communitiesRunId: 1,
    layoutRunId: 2,
    scoresRunId: 3,
    threshold: 0.5,
    id: Uint32Array.from(ids),
    x: Float32Array.from(ids, (i) => i * 10),
    y: Float32Array.from(ids, (i) => -i),
    radius: Float32Array.from(ids, () => 4),
    size: Uint32Array.from(ids, (i) => n - i),
    meanScore: Float32Array.from(ids, (i) => (i === 0 ? NaN : i / n)),
    flagged: new Uint32Array(n),
    selected: Uint32Array.from(ids, (i) => (i === 1 ? 0 : 1)),
    edgeSource: Uint32Array.from([0, 1]),
    edgeTarget: Uint32Array.from([1, 2]),
    edgeWeight: Float32Array.from([4, 1]),
    isolated: 0,
  }
}
const members: MemberMap = {
  accountId: Uint32Array.from([10, 11, 12]),
  key: ['a', 'b', 'c'],
  community: Uint32Array.from([0, 0, 0]),
  x: Float32Array.from([0, 1, 2]),
  y: Float32Array.from([0, 1, 0]),
  score: Float32Array.from([0.9, 0.2, NaN]),
  flags: Uint8Array.from([1 | 16, 2, 16]),
  edgeSource: Uint32Array.from([0, 1]),
  edgeTarget: Uint32Array.from([1, 2]),
  edgeWeight: Float32Array.from([2, 1]),
  edgeChannels: Uint16Array.from([0b01, 0b11]),
  channels: ['entity:device', 'relation:friend'],
  edgesTotal: 2,
}
const look: MapLook = PLAIN_LOOK

describe('MapModel', () => {
  it('is laid out anew only for another run; a selection changes only counts', () => {
    const model = new MapModel()
    expect(model.setCommunities(communities(3))).toBe(true)
    expect(model.graph.order).toBe(3)
    expect(model.graph.size).toBe(2)
    const other = communities(3)
    other.selected.fill(0)
    expect(model.setCommunities(other)).toBe(false)
    expect(model.communities!.selected[0]).toBe(0)
    expect(model.setCommunities({ ...communities(3), layoutRunId: 9 })).toBe(true)
  })

  it('keeps to the budget, large communities and flagged ones first', () => {
    const model = new MapModel()
    const many = communities(BUDGET.discs + 50)
    many.flagged[BUDGET.discs + 1] = 600
    model.setCommunities(many)
    expect(model.graph.hasNode(`c${BUDGET.discs + 1}`)).toBe(true)
    expect(model.graph.order).toBe(BUDGET.discs)
    expect(model.graph.hasNode('c0')).toBe(true)
    expect(model.graph.hasNode(`c${BUDGET.discs}`)).toBe(false)
  })

  it('adds the members of the open community and takes them away again', () => {
    const model = new MapModel()
    model.setCommunities(communities(3))
    model.setMembers(0, members)
    expect(model.graph.order).toBe(6)
    expect(model.graph.hasEdge('a10', 'a11')).toBe(true)
    model.setMembers(0, { ...members, flags: Uint8Array.from([0, 0, 0]) })
    expect(model.members!.flags[0]).toBe(0)
    model.setMembers(null, null)
    expect(model.graph.order).toBe(3)
    expect(model.open).toBeNull()
    model.setMembers(0, members, 1)
    expect(model.graph.hasEdge('a11', 'a12')).toBe(false)
  })

  it('never has a member in the graph without its columns, also while it opens and closes', () => {
    const model = new MapModel()
    model.setCommunities(communities(3))
    const check = () =>
      model.graph.forEachNode((node, { index }) => {
        if (node.startsWith('a')) expect(memberShape(model, index, look, null).color).toBeDefined()
      })
    for (const event of ['nodeAdded', 'nodeDropped', 'edgeAdded', 'edgeDropped'] as const)
      model.graph.on(event, check)
    model.setMembers(0, members)
    const two = { ...members, accountId: Uint32Array.from([20, 21]), edgeSource: new Uint32Array(0) }
    model.setMembers(1, two)
    expect(model.graph.order).toBe(5)
    model.setMembers(null, null)
    expect(model.graph.order).toBe(3)
    model.graph.removeAllListeners()
  })

  it('lists by risk, unscored last, and knows its extent', () => {
    const map = communities(4)
    expect(byRisk(map)).toEqual([3, 2, 1, 0])
    const extent = extentOf(map)!
    expect(extent.x[0]).toBeLessThan(-4)
    expect(extent.x[1]).toBeGreaterThan(34)
    expect(extentOf(communities(0))).toBeNull()
  })

  it('gives members dots that grow smaller in larger communities, within bounds', () => {
    expect(memberShare(4)).toBe(0.035)
    expect(memberShare(200)).toBeCloseTo(0.0156, 3)
    expect(memberShare(100_000)).toBe(0.008)
    expect(memberEdgeBudget(10, 1000, 800)).toBe(600)
    expect(memberEdgeBudget(5000, 4000, 4000)).toBe(BUDGET.memberEdges)
  })
})

describe('style', () => {
  const model = new MapModel()
  model.setCommunities(communities(3))

  it('dims what the selection leaves out, and all others when one is open', () => {
    const plain = communityShape(model, 1, look)
    const left = communityShape(model, 1, { ...look, hasSelection: true })
    expect(left.fill!).toBeLessThan(plain.fill!)
    const kept = communityShape(model, 2, { ...look, hasSelection: true })
    expect(kept.fill).toBe(plain.fill)
    model.setMembers(0, members)
    expect(communityShape(model, 0, look)).toMatchObject({ fill: 0, borderAlpha: 1 })
    expect(communityShape(model, 2, look).fill!).toBeLessThan(plain.fill!)
    expect(communityEdge(model, 0, look).hidden).toBe(true)
    model.setMembers(null, null)
    expect(communityEdge(model, 0, look).hidden).toBe(false)
  })

  it('draws judgements as shapes: a diamond for malicious, a ring for benign', () => {
    model.setMembers(0, members)
    expect(memberShape(model, 0, look, null)).toMatchObject({ shape: 1, fill: 1 })
    expect(memberShape(model, 1, look, null)).toMatchObject({ shape: 0, fill: 0, borderWidth: 2 })
    expect(memberShape(model, 2, look, new Set(['a10'])).fill!).toBeLessThan(1)
  })

  it('draws an edge by its first kind that is on, and hides it when none is', () => {
    model.setMembers(0, members)
    const both = memberEdge(model, 1, ['a11', 'a12'], look)
    const second = memberEdge(model, 1, ['a11', 'a12'], { ...look, hiddenChannels: new Set([0]) })
    expect(second.dash).not.toBe(both.dash)
    expect(memberEdge(model, 0, ['a10', 'a11'], { ...look, hiddenChannels: new Set([0]) }).hidden).toBe(true)
    const asked = memberEdge(model, 0, ['a10', 'a11'], { ...look, hover: 'a10' })
    const other = memberEdge(model, 1, ['a11', 'a12'], { ...look, hover: 'a10' })
    expect(asked.alpha!).toBeGreaterThan(other.alpha!)
    // An account that is looked at elsewhere says nothing about these edges.
    expect(memberEdge(model, 0, ['a10', 'a11'], { ...look, focus: 'a99' })).toEqual(
      memberEdge(model, 0, ['a10', 'a11'], look),
    )
  })
})

describe('kinds of edges', () => {
  it('look different for the first 32', () => {
    const looks = Array.from({ length: 32 }, (_, i) => JSON.stringify(channelStyle(i, MAP_PALETTES.dark)))
    expect(new Set(looks).size).toBe(32)
  })
})

describe('orders of communities', () => {
  const map = (rows: { score: number; size: number; radius: number }[]) => ({
    ...communities(rows.length),
    meanScore: Float32Array.from(rows, ({ score }) => score),
    size: Uint32Array.from(rows, ({ size }) => size),
    radius: Float32Array.from(rows, ({ radius }) => radius),
  })
  const row = fc.record({
    score: fc.oneof(
      fc.constant(NaN),
      fc.integer({ min: 0, max: 5 }).map((n) => n / 5),
    ),
    size: fc.integer({ min: 1, max: 4 }),
    radius: fc.integer({ min: 1, max: 9 }),
  })

  it('has the riskiest as a sort of all has them', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), fc.integer({ min: 1, max: 30 }), (rows, most) => {
        const of = ({ score }: { score: number }) => (Number.isNaN(score) ? -1 : Math.fround(score))
        const all = rows
          .map((one, i) => ({ ...one, i }))
          .sort((a, b) => of(b) - of(a) || b.size - a.size)
          .map(({ i }) => i)
        expect(byRisk(map(rows), most)).toEqual(all.slice(0, most))
      }),
    )
  })

  it('has the largest first, equal ones in their order', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
        const all = rows
          .map((one, i) => ({ ...one, i }))
          .sort((a, b) => b.radius - a.radius)
          .map(({ i }) => i)
        expect([...byRadius(map(rows))]).toEqual(all)
      }),
    )
  })
})
