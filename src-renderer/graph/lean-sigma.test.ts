import fc from 'fast-check'
import { UndirectedGraph } from 'graphology'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { BEFORE_READING } from '../ui/picture/sources.ts'
import { fakeContainer, fakeContext } from './fake-graphics.ts'
import { NoGraphics } from './gl.ts'
import type { LeanSigma as LeanSigmaType } from './lean-sigma.ts'

let LeanSigma: typeof LeanSigmaType
let programs: { ShapeProgram: unknown; LineProgram: unknown }
let codec: typeof import('./item-program.ts')
let stage: LeanSigmaType | null = null

beforeAll(async () => {
  vi.stubGlobal('WebGL2RenderingContext', {})
  vi.stubGlobal('WebGLRenderingContext', {})
  ;({ LeanSigma } = await import('./lean-sigma.ts'))
  const { ShapeProgram } = await import('./shape-program.ts')
  const { LineProgram } = await import('./line-program.ts')
  programs = { ShapeProgram, LineProgram }
  codec = await import('./item-program.ts')
})
afterEach(() => {
  stage?.kill()
  stage = null
  document.body.replaceChildren()
  vi.restoreAllMocks()
})

/** A stage of two nodes and an edge over a context, on a container of 200 × 100 pixels. */
function made(context: WebGL2RenderingContext | null, onDrawn = () => {}) {
  const { container, asked } = fakeContainer(context)
  const graph = new UndirectedGraph()
  const look = {
    size: 5,
    color: '#ff0000',
    borderColor: '#00ff00',
    fill: 1,
    borderAlpha: 1,
    borderWidth: 1,
    shape: 0,
  }
  graph.addNode('a', { x: 0, y: 0, ...look })
  graph.addNode('b', { x: 1, y: 1, ...look })
  graph.addEdgeWithKey('ab', 'a', 'b', { size: 1, color: '#0000ff', alpha: 1, dash: 0 })
  const make = () =>
    new LeanSigma(
      graph as never,
      container,
      {
        defaultNodeType: 'shape',
        defaultEdgeType: 'line',
        nodeProgramClasses: { shape: programs.ShapeProgram as never },
        edgeProgramClasses: { line: programs.LineProgram as never },
      },
      onDrawn,
    )
  return { make, asked, container }
}

describe('LeanSigma', () => {
  it('asks for one context, draws edges and then nodes, and tells when it has', () => {
    const { gl, calls } = fakeContext({ compiled: true, pixel: [0, 0, 0, 0] })
    const drawn = vi.fn(() => void calls.push('drawn'))
    const { make, asked, container } = made(gl, drawn)
    stage = make()
    calls.length = 0
    stage.refresh()
    expect(asked).toHaveBeenCalledTimes(1)
    expect(calls.filter((name) => /^(clear|drawArraysInstanced|drawn)$/.test(name))).toEqual([
      'clear',
      'drawArraysInstanced',
      'drawArraysInstanced',
      'drawn',
    ])
    // One canvas to draw on and one to listen.
    expect(container.querySelectorAll('canvas')).toHaveLength(2)
  })

  it('sends nothing again that has not changed', () => {
    const { gl, calls } = fakeContext({ compiled: true, pixel: [0, 0, 0, 0] })
    stage = made(gl).make()
    stage.refresh()
    calls.length = 0
    stage.refresh({ partialGraph: {}, skipIndexation: true })
    expect(calls.filter((name) => name === 'drawArraysInstanced')).toHaveLength(2)
    expect(calls).not.toContain('bufferData')
  })

  it('draws again before its picture is read: what was shown is gone', () => {
    const { gl, calls } = fakeContext({ compiled: true, pixel: [0, 0, 0, 0] })
    const { make, container } = made(gl)
    stage = make()
    stage.refresh()
    calls.length = 0
    container.querySelector('canvas')!.dispatchEvent(new Event(BEFORE_READING))
    expect(calls.filter((name) => name === 'drawArraysInstanced')).toHaveLength(2)
  })

  it('draws what can be pointed at when something is pointed at, once for a frame', () => {
    const state = { compiled: true, pixel: [0, 0, 2, 255] }
    const { gl, calls } = fakeContext(state)
    stage = made(gl).make()
    stage.refresh()
    calls.length = 0
    // Sigma counts nodes and then edges from 1.
    expect(stage.itemAt(10, 10)).toMatchObject({ type: 'node', id: 'b' })
    expect(stage.itemAt(10, 10)).toMatchObject({ type: 'node', id: 'b' })
    state.pixel = [0, 0, 3, 255]
    expect(stage.itemAt(11, 10)).toMatchObject({ type: 'edge', id: 'ab' })
    state.pixel = [0, 0, 0, 0]
    expect(stage.itemAt(12, 10)).toBeNull()
    expect(calls.filter((name) => name === 'drawArraysInstanced')).toHaveLength(2)
    expect(calls.filter((name) => name === 'readPixels')).toHaveLength(3)
  })

  it('asks the graphics for nothing while something is dragged', () => {
    const { gl, calls } = fakeContext({ compiled: true, pixel: [0, 0, 1, 255] })
    stage = made(gl).make()
    stage.refresh()
    const captor = stage.getMouseCaptor()
    Object.assign(captor, { isMouseDown: true, draggedEvents: 1 })
    calls.length = 0
    expect(stage.itemAt(10, 10)).toBeNull()
    expect(calls).toEqual([])
    Object.assign(captor, { isMouseDown: false, draggedEvents: 3 })
    expect(stage.itemAt(10, 10)).toBeNull()
    expect(calls).toEqual([])
    // A hand that trembles still clicks.
    Object.assign(captor, { isMouseDown: false, draggedEvents: 2 })
    expect(stage.itemAt(10, 10)).toMatchObject({ type: 'node', id: 'a' })
  })

  it('waits for shaders without asking whether they are linked, and draws again until they are', () => {
    const state = { compiled: false, pixel: [0, 0, 0, 0] }
    const { gl, calls } = fakeContext(state)
    stage = made(gl).make()
    const again = vi.spyOn(stage, 'scheduleRender')
    stage.refresh()
    expect(calls).not.toContain('drawArraysInstanced')
    expect(calls).not.toContain('getUniformLocation')
    expect(again).toHaveBeenCalledTimes(1)
    state.compiled = true
    again.mockClear()
    stage.refresh()
    expect(calls.filter((name) => name === 'drawArraysInstanced')).toHaveLength(2)
    expect(again).not.toHaveBeenCalled()
  })

  it('gives its context back once', () => {
    const { gl, calls } = fakeContext({ compiled: true, pixel: [0, 0, 0, 0] })
    const one = made(gl).make()
    one.kill()
    expect(calls.filter((name) => name === 'loseContext')).toHaveLength(1)
  })

  it('throws NoGraphics and leaves nothing behind where there is no WebGL 2', () => {
    const { make, container } = made(null)
    expect(make).toThrow(NoGraphics)
    expect(container.childElementCount).toBe(0)
  })
})

describe('idBytes', () => {
  it('comes back from the pixels that it colours', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), (index) => {
        const bytes = new Uint8Array(Uint32Array.of(codec.idBytes(index)).buffer)
        expect(codec.indexOf(bytes)).toBe(index)
        expect(bytes[3]).toBe(255)
      }),
    )
  })
})
