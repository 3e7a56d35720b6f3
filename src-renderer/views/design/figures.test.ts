import { describe, expect, it } from 'vitest'
import type { DesignPair, DesignResult } from '../../../src-main/common/contract/recipes.ts'
import { DEFAULT_RECIPE } from '../../../src-main/common/recipe.ts'
import { alluvial, OTHERS } from './alluvial.ts'
import { degreeChart, fillBins, lastOfBin, tickStep } from './chart.ts'
import { difference } from './difference.ts'
import { extremes, hasLabels, metricOf, pairOf, pairValue } from './metrics.ts'

const counted = (value: number) => ({ value, low: value, high: value })

describe('the degree chart', () => {
  it('shows a gap where no account is', () => {
    expect(
      fillBins([
        { from: 0, accounts: 5 },
        { from: 4, accounts: 2 },
      ]),
    ).toEqual([
      { from: 0, accounts: 5 },
      { from: 1, accounts: 0 },
      { from: 2, accounts: 0 },
      { from: 4, accounts: 2 },
    ])
    expect(fillBins([])).toEqual([])
  })

  it('doubles its bins', () => {
    expect([0, 1, 2, 4, 8, 64].map(lastOfBin)).toEqual([0, 1, 3, 7, 15, 127])
  })

  it('has round ticks, bars as high as their share, and a visible bar for one account', () => {
    const chart = degreeChart(
      [
        { from: 0, accounts: 1 },
        { from: 1, accounts: 38_000 },
      ],
      200,
      100,
    )
    expect(chart.ticks.map((tick) => tick.value)).toEqual([0, 20_000, 40_000])
    expect(chart.bars[1]!.height).toBeCloseTo(95)
    expect(chart.bars[0]!.height).toBe(1)
    expect(chart.bars[1]!.x + chart.bars[1]!.width).toBeLessThanOrEqual(200)
    expect(tickStep(7, 3)).toBe(5)
    expect(tickStep(1, 3)).toBe(1)
  })
})

describe('difference', () => {
  it('tells a change from what lies within the error', () => {
    expect(difference(counted(10), 10)).toEqual({ kind: 'same' })
    expect(difference(counted(11), 10)).toEqual({ kind: 'changed', share: expect.closeTo(0.1) })
    expect(difference({ value: 11, low: 9, high: 13 }, 10)).toEqual({ kind: 'unclear' })
    expect(difference({ value: 20, low: 18, high: 22 }, 10)).toEqual({ kind: 'changed', share: 1 })
    expect(difference(counted(4), 0)).toEqual({ kind: 'changed', share: null })
  })
})

const result: DesignResult = {
  graphRunId: 1,
  communitiesRunId: 2,
  recipe: DEFAULT_RECIPE,
  detector: 'leiden',
  accounts: 100,
  edges: 300,
  covered: 0.9,
  meanDegree: 6,
  channels: [],
  communities: 9,
  largest: 20,
  modularity: 0.5,
  labelled: { malicious: 0, benign: 0 },
  homophily: null,
  badGivenBad: null,
  seconds: 1,
}

describe('figures', () => {
  it('are unknown, not zero, where there are no labels', () => {
    expect(metricOf(result, 'homophily')).toBeNull()
    expect(metricOf(result, 'badGivenBad')).toBeNull()
    expect(hasLabels([result])).toBe(false)
    expect(hasLabels([{ ...result, labelled: { malicious: 1, benign: 0 } }])).toBe(true)
    expect(metricOf(result, 'modularity')).toBe(0.5)
  })

  it('name the highest and lowest only where they differ', () => {
    expect(extremes([1, 3, 2])).toEqual({ high: 1, low: 0 })
    expect(extremes([1, null, 1])).toBeNull()
    expect(extremes([null, 4])).toBeNull()
    expect(extremes([null, 4, 2])).toEqual({ high: 1, low: 2 })
  })
})

const pair: DesignPair = {
  a: 2,
  b: 5,
  nmi: 0.8,
  ari: 0.4,
  both: 90,
  onlyA: 4,
  onlyB: 6,
  agreeing: 3,
  comparedCommunities: 4,
  flows: [{ from: 0, to: 1, accounts: 8, fromSize: 10, toSize: 9 }],
  edgesShared: 50,
  edgesOnlyA: 10,
  edgesOnlyB: 20,
  edgeJaccard: 0.625,
}

describe('pairs', () => {
  it('are found either way round, and turned', () => {
    expect(pairOf([pair], 2, 5)).toBe(pair)
    const turned = pairOf([pair], 5, 2)!
    expect(turned).toMatchObject({ a: 5, b: 2, onlyA: 6, onlyB: 4, edgesOnlyA: 20, edgesOnlyB: 10 })
    expect(turned.flows).toEqual([{ from: 1, to: 0, accounts: 8, fromSize: 9, toSize: 10 }])
    expect(pairOf([pair], 2, 7)).toBeNull()
  })

  it('have a share of agreeing communities only where there are any', () => {
    expect(pairValue(pair, 'agreeing')).toBe(0.75)
    expect(pairValue({ ...pair, comparedCommunities: 0 }, 'agreeing')).toBeNull()
    expect(pairValue(pair, 'ari')).toBe(0.4)
  })
})

describe('alluvial', () => {
  const flows = [
    { from: 0, to: 0, accounts: 50, fromSize: 60, toSize: 55 },
    { from: 1, to: 0, accounts: 5, fromSize: 40, toSize: 55 },
    { from: 1, to: 1, accounts: 30, fromSize: 40, toSize: 30 },
    { from: 2, to: 2, accounts: 3, fromSize: 3, toSize: 4 },
  ]
  const options = { height: 300, count: 2, gap: 4 }

  it('keeps every account of a listed community, and sends the rest to the others', () => {
    const picture = alluvial(flows, options)
    const of = (side: 'a' | 'b', id: number) => picture.nodes.find((n) => n.side === side && n.id === id)!
    expect(of('a', 0).accounts).toBe(60)
    expect(of('a', 1).accounts).toBe(40)
    expect(of('b', 0).accounts).toBe(55)
    expect(of('b', 1).accounts).toBe(30)
    expect(of('b', OTHERS).accounts).toBe(15)
    expect(picture.nodes.some((n) => n.side === 'a' && n.id === OTHERS)).toBe(false) // nobody comes from there
    expect(picture.shown).toBe(100)
    expect(picture.nodes.some((n) => n.id === 2)).toBe(false)
  })

  it('draws at one scale, without overlaps, and fills each bar with its bands', () => {
    const { nodes, bands } = alluvial(flows, options)
    const scale = nodes[0]!.height / nodes[0]!.accounts
    for (const node of nodes) {
      expect(node.height).toBeCloseTo(node.accounts * scale)
      const own = bands.filter((b) => (node.side === 'a' ? b.from : b.to) === node.id)
      expect(own.reduce((sum, b) => sum + b.height, 0)).toBeCloseTo(node.height)
      for (const band of own) {
        const y = node.side === 'a' ? band.y0 : band.y1
        expect(y).toBeGreaterThanOrEqual(node.y - 1e-6)
        expect(y + band.height).toBeLessThanOrEqual(node.y + node.height + 1e-6)
      }
    }
    for (const side of ['a', 'b'] as const) {
      const column = nodes.filter((n) => n.side === side)
      column.slice(1).forEach((node, i) => {
        expect(node.y).toBeGreaterThanOrEqual(column[i]!.y + column[i]!.height)
      })
      expect(column.at(-1)!.y + column.at(-1)!.height).toBeLessThanOrEqual(options.height + 1e-6)
    }
  })

  it('leaves room for the label of a small bar', () => {
    const { nodes } = alluvial(flows, { ...options, count: 3, slot: 24 })
    const column = nodes.filter((node) => node.side === 'b')
    expect(column.some((node) => node.height < 16)).toBe(true)
    column.slice(1).forEach((node, i) => expect(node.y - column[i]!.y).toBeGreaterThanOrEqual(24))
  })

  it('is empty where nothing is shared', () => {
    expect(alluvial([], options)).toEqual({ nodes: [], bands: [], shown: 0 })
  })
})
