import fc from 'fast-check'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { CommunityMap } from '../../src-main/common/contract/communities.ts'
import { colorTable } from './channel-colors.ts'
import { fakeContainer, fakeContext } from './fake-graphics.ts'
import { extentOf, MapModel } from './model.ts'
import { PLAIN_LOOK, type MapLook } from './style.ts'

const N = 12
let parts: {
  LeanSigma: typeof import('./lean-sigma.ts').LeanSigma
  ShapeProgram: typeof import('./shape-program.ts').ShapeProgram
  LineProgram: typeof import('./line-program.ts').LineProgram
  restyleCommunities: typeof import('./restyle.ts').restyleCommunities
  style: typeof import('./style.ts')
}
beforeAll(async () => {
  vi.stubGlobal('WebGL2RenderingContext', {})
  vi.stubGlobal('WebGLRenderingContext', {})
  parts = {
    ...(await import('./lean-sigma.ts')),
    ...(await import('./shape-program.ts')),
    ...(await import('./line-program.ts')),
    ...(await import('./restyle.ts')),
    style: await import('./style.ts'),
  }
})
afterEach(() => {
  document.body.replaceChildren()
  vi.restoreAllMocks()
})

function communities(selected: number[], scores: number[]): CommunityMap {
  const ids = Array.from({ length: N }, (_, i) => i)
  return {
    communitiesRunId: 1,
    layoutRunId: 2,
    scoresRunId: 3,
    threshold: 0.5,
    id: Uint32Array.from(ids, (i) => 10 + i),
    x: Float32Array.from(ids, (i) => (i % 4) * 10),
    y: Float32Array.from(ids, (i) => -i),
    radius: Float32Array.from(ids, (i) => 1 + i / 4),
    size: Uint32Array.from(ids, (i) => 5 + i),
    meanScore: Float32Array.from(ids, (i) => scores[i]!),
    flagged: new Uint32Array(N),
    selected: Uint32Array.from(selected),
    edgeSource: Uint32Array.from({ length: 20 }, (_, i) => i % N),
    edgeTarget: Uint32Array.from({ length: 20 }, (_, i) => (i * 5 + 1 + Math.floor(i / N)) % N),
    edgeWeight: Float32Array.from({ length: 20 }, (_, i) => 20 - i),
    isolated: 0,
  }
}

const counts = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: N, maxLength: N })
const key = fc.option(fc.integer({ min: 8, max: 9 + N }).map((id) => `c${id}`))
const table = colorTable(
  { channel: 'degree', kind: 'number', stops: new Float64Array(255), categories: [] },
  'dark',
)
const looks = fc.record({
  theme: fc.constantFrom('dark' as const, 'light' as const),
  hasSelection: fc.boolean(),
  hover: key,
  focus: key,
  others: fc.constantFrom('dim' as const, 'hide' as const),
  shown: fc.option(counts.map((list) => Uint32Array.from(list))),
  chosen: fc.array(fc.integer({ min: 10, max: 9 + N }), { maxLength: 3 }).map((ids) => new Set(ids)),
  colors: fc.option(
    fc.array(fc.integer({ min: 0, max: 255 }), { minLength: N, maxLength: N }).map((bytes) => ({
      table,
      communities: Uint8Array.from(bytes),
      account: () => 0,
    })),
  ),
  edges: fc.integer({ min: 0, max: 20 }).map((between) => ({ between, members: Infinity })),
})

/** A stage of the first level whose look is read at the moment of styling, as MapStage's is. */
function stageOf(map: CommunityMap) {
  const { gl, calls } = fakeContext({ compiled: true, pixel: [0, 0, 0, 0] })
  const model = new MapModel()
  model.setCommunities(map)
  const now: { look: MapLook } = { look: PLAIN_LOOK }
  const { style } = parts
  const sigma = new parts.LeanSigma(
    new MapModel().graph as never,
    fakeContainer(gl).container,
    {
      defaultNodeType: 'shape',
      defaultEdgeType: 'line',
      nodeProgramClasses: { shape: parts.ShapeProgram as never },
      edgeProgramClasses: { line: parts.LineProgram as never },
      nodeReducer: (_, data) =>
        ({ ...data, ...style.communityShape(model, data['index'] as number, now.look) }) as never,
      edgeReducer: (_, data) =>
        ({ ...data, ...style.communityEdge(model, data['index'] as number, now.look) }) as never,
    },
    () => {},
  )
  const extent = extentOf(map)
  if (extent) sigma.setCustomBBox(extent)
  sigma.setGraph(model.graph as never)
  const sent = () => {
    const { nodes, edges } = sigma.programs()
    return [[...nodes.sent], [...edges.sent]]
  }
  return { sigma, model, now, sent, calls }
}

describe('restyleCommunities', () => {
  it('writes what styling everything from scratch writes, whatever looked how before', () => {
    const scores = Array.from({ length: N }, (_, i) => (i === 3 ? NaN : i / N))
    const { sigma, model, now, sent, calls } = stageOf(communities(Array(N).fill(1), scores))
    fc.assert(
      fc.property(fc.array(fc.tuple(looks, counts), { minLength: 1, maxLength: 4 }), (steps) => {
        for (const [look, selected] of steps) {
          now.look = { ...PLAIN_LOOK, ...look }
          model.setCommunities(communities(selected, scores))
          expect(parts.restyleCommunities(sigma, model, now.look)).toBe(true)
        }
        const restyled = sent()
        // Drawn and sent with it: another styling to the same changes nothing.
        calls.length = 0
        parts.restyleCommunities(sigma, model, now.look)
        expect(calls).toEqual([])
        sigma.refresh({ skipIndexation: true })
        expect(restyled).toEqual(sent())
      }),
      { numRuns: 60 },
    )
    sigma.kill()
  })

  it('leaves it to sigma while a community is open', () => {
    const { sigma, model } = stageOf(communities(Array(N).fill(1), Array(N).fill(0.5)))
    model.open = 12
    expect(parts.restyleCommunities(sigma, model, PLAIN_LOOK)).toBe(false)
    sigma.kill()
  })
})
