import { describe, expect, it } from 'vitest'
import { candidatesOf, pick, uncertainty, uncovered, type Shares, type Situation } from './pick.ts'

const only = (ground: keyof Shares): Shares => ({
  uncertain: 0,
  disagreement: 0,
  community: 0,
  different: 0,
  high: 0,
  [ground]: 1,
})
function situation(given: Partial<Situation> & { scores: Float32Array | null; n: number }): Situation {
  return {
    out: new Uint8Array(given.n),
    threshold: 0.5,
    community: new Int32Array(given.n).fill(-1),
    sizes: new Map(),
    labelledIn: new Map(),
    ...given,
  }
}
const noViews = { disagreement: null, places: new Float32Array(0), labelled: new Float32Array(0), width: 0 }
const nodes = (picked: ReturnType<typeof pick>) => picked.map((p) => p.candidate.node)

describe('what an account is asked for', () => {
  it('is least known at the threshold, wherever that is', () => {
    expect(uncertainty(0.3, 0.3)).toBe(1)
    expect(uncertainty(0, 0.3)).toBe(0)
    expect(uncertainty(1, 0.3)).toBe(0)
    expect(uncertainty(0.2, 0.3)).toBeGreaterThan(uncertainty(0.1, 0.3))
    expect(uncovered(50, 0)).toBeGreaterThan(uncovered(5, 0))
    expect(uncovered(50, 0)).toBeGreaterThan(uncovered(50, 3))
    expect(uncovered(1, 0)).toBe(0)
  })

  it('leaves out what is labelled or was passed over', () => {
    const found = candidatesOf(
      situation({ n: 3, scores: Float32Array.of(0.5, 0.5, 0.1), out: Uint8Array.of(1, 0, 0) }),
      10,
    )
    expect(found.map((c) => c.node)).toEqual([1, 2])
  })

  it('keeps the most uncertain, the highest and the uncovered among many', () => {
    const n = 5000
    const scores = Float32Array.from({ length: n }, (_, u) => u / n)
    const community = new Int32Array(n).fill(0)
    community[17] = community[18] = 1
    const found = candidatesOf(
      situation({
        n,
        scores,
        community,
        sizes: new Map([
          [0, n - 2],
          [1, 2],
        ]),
        labelledIn: new Map([[0, 900]]),
      }),
      40,
    )
    expect(found.length).toBeLessThanOrEqual(40)
    const kept = new Set(found.map((c) => c.node))
    for (const node of [2500, 4999, 17]) expect(kept.has(node)).toBe(true)
  })

  it('comes in the order of its strategy', () => {
    const found = candidatesOf(situation({ n: 3, scores: Float32Array.of(0.95, 0.52, 0.1) }), 10)
    expect(nodes(pick(found, noViews, only('uncertain'), 3))[0]).toBe(1)
    expect(nodes(pick(found, noViews, only('high'), 3))).toEqual([0, 1, 2])
    const apart = { ...noViews, disagreement: Float32Array.of(0, 0.1, 0.9) }
    expect(nodes(pick(found, apart, only('disagreement'), 1))).toEqual([2])
  })

  it('is not the same twenty times: picks spread out, over places and over communities', () => {
    // Ten alike at 0, two alike at 5: the second pick is far from the first.
    const places = Float32Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 5])
    const found = candidatesOf(situation({ n: 12, scores: null }), 20)
    const views = { disagreement: null, places, labelled: Float32Array.of(0), width: 1 }
    const [first, second] = nodes(pick(found, views, only('different'), 3))
    expect(first).toBe(10)
    expect(second).toBeLessThan(10)
    const community = Int32Array.from([0, 0, 0, 0, 1, 1])
    const sizes = new Map([
      [0, 40],
      [1, 30],
    ])
    const both = candidatesOf(situation({ n: 6, scores: null, community, sizes }), 20)
    expect(nodes(pick(both, noViews, only('community'), 2)).map((u) => community[u])).toEqual([0, 1])
  })

  it('says why, largest ground first, in shares of its value', () => {
    const found = candidatesOf(situation({ n: 1, scores: Float32Array.of(0.55) }), 1)
    const [{ why }] = pick(found, noViews, { ...only('uncertain'), high: 0.5 }, 1)
    expect(why.map((w) => w.code)).toEqual(['uncertain', 'high'])
    expect(why.reduce((sum, w) => sum + w.share, 0)).toBeCloseTo(1, 6)
  })
})
