import { beforeEach, expect, test, vi } from 'vitest'
import { AroundCamera, type Box } from './camera.ts'

/** As much of sigma as the camera asks for: at ratio 1 the stage's shorter side shows 1000 units and no padding. */
function fakeSigma() {
  const state = { x: 0.5, y: 0.5, ratio: 1 }
  const size = { width: 800, height: 600 }
  const perUnit = () => Math.min(size.width, size.height) / 1000 / state.ratio
  const camera = {
    get ratio() {
      return state.ratio
    },
    getState: () => ({ ...state }),
    setState: (next: Partial<typeof state>) => void Object.assign(state, next),
    animate: vi.fn(),
    isAnimated: () => false,
    getBoundedRatio: (ratio: number) => ratio,
  }
  const graphToViewport = ({ x, y }: { x: number; y: number }) => ({
    x: size.width / 2 + (x / 1000 + 0.5 - state.x) * 1000 * perUnit(),
    y: size.height / 2 - (y / 1000 + 0.5 - state.y) * 1000 * perUnit(),
  })
  const viewportToGraph = ({ x, y }: { x: number; y: number }) => ({
    x: ((x - size.width / 2) / perUnit() / 1000 + state.x - 0.5) * 1000,
    y: (-(y - size.height / 2) / perUnit() / 1000 + state.y - 0.5) * 1000,
  })
  const sigma = {
    setCustomBBox: () => {},
    getDimensions: () => size,
    getCamera: () => camera,
    graphToViewport,
    viewportToGraph,
    viewportToFramedGraph: (at: { x: number; y: number }) => {
      const { x, y } = viewportToGraph(at)
      return { x: x / 1000 + 0.5, y: y / 1000 + 0.5 }
    },
  }
  return { sigma, size, state }
}
let fake: ReturnType<typeof fakeSigma>
let camera: AroundCamera
const BOX: Box = { x0: -400, x1: 400, y0: -300, y1: 300 }

beforeEach(() => {
  fake = fakeSigma()
  camera = new AroundCamera(fake.sigma as never)
})

test('everything fits beside what covers the stage', () => {
  camera.inset = 200
  camera.fit(BOX, false)
  const left = fake.sigma.graphToViewport({ x: BOX.x0, y: 0 }).x
  const right = fake.sigma.graphToViewport({ x: BOX.x1, y: 0 }).x
  expect(left).toBeGreaterThan(200)
  expect(right).toBeLessThan(800)
})

test('what was fitted wants another fit in another size, until somebody moves', () => {
  expect(camera.isFitted).toBe(false)
  camera.fit(BOX, false)
  expect(camera.isFitted).toBe(true)
  Object.assign(fake.state, { x: fake.state.x + 0.01 })
  expect(camera.isFitted).toBe(false)
  camera.fit(BOX, false)
  camera.zoom(1.4, false)
  expect(camera.isFitted).toBe(false)
  camera.fit(BOX, false)
  // Already in view: nothing moves.
  camera.reveal({ x: 0, y: 0 }, false)
  expect(camera.isFitted).toBe(true)
  camera.reveal({ x: 5000, y: 0 }, false)
  expect(camera.isFitted).toBe(false)
})

test('a zoom that still glides is no fit any more, and a fit that still glides is one', () => {
  camera.fit(BOX, true)
  expect(camera.isFitted).toBe(false)
  vi.spyOn(fake.sigma.getCamera(), 'isAnimated').mockReturnValue(true)
  expect(camera.isFitted).toBe(true)
  camera.zoom(1.4, true)
  expect(camera.isFitted).toBe(false)
})

test('a fit without a stage is made up for when there is one', () => {
  fake.size.width = 0
  camera.fit(BOX, false)
  expect(camera.isFitted).toBe(true)
  fake.size.width = 800
  camera.fit(BOX, false)
  expect(fake.state.ratio).not.toBe(1)
})

test('widening the view for what is new is no fit of everything', () => {
  camera.fit(BOX, false)
  camera.fit({ x0: 2000, x1: 2100, y0: 0, y1: 50 }, false, true)
  expect(camera.isFitted).toBe(false)
})
