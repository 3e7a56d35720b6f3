import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { paintScene } from './paint.ts'
import type { SceneItem } from './scene.ts'

/** What was filled and stroked, with the colour and opacity that were in force; a colour that is none is refused, as a canvas does. */
let strokes: string[] = []
beforeEach(() => {
  strokes = []
  const state = { fillStyle: '#000', strokeStyle: '#000', globalAlpha: 1, lineWidth: 1 }
  const saved: (typeof state)[] = []
  const context = new Proxy({} as Record<string, unknown>, {
    get: (_, name: string) => {
      if (name in state) return state[name as keyof typeof state]
      if (name === 'save') return () => saved.push({ ...state })
      if (name === 'restore') return () => Object.assign(state, saved.pop())
      if (name === 'fill' || name === 'fillRect')
        return () => strokes.push(`${name} ${state.fillStyle} ${state.globalAlpha}`)
      if (name === 'stroke') return () => strokes.push(`stroke ${state.strokeStyle} ${state.globalAlpha}`)
      return () => {}
    },
    set: (_, name: string, value: unknown) => {
      if (name in state && value !== 'none') Object.assign(state, { [name]: value })
      return true
    },
  })
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never)
  vi.stubGlobal(
    'Path2D',
    class {
      arc() {}
      rect() {}
      moveTo() {}
      lineTo() {}
    },
  )
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})
const paint = async (...items: SceneItem[]) => {
  await paintScene({ width: 10, height: 10, background: 'white', items }, 1)
  return strokes.slice(1)
}

test('a ring is not filled, whether its fill is none or not said', async () => {
  const ring = { kind: 'circle', x: 5, y: 5, r: 4, stroke: 'red', opacity: 0.9 } as const
  expect(await paint({ ...ring, fill: 'none' }, ring)).toEqual(['stroke red 0.9', 'stroke red 0.9'])
})

test('a shape is filled with its colour, and opacities of groups multiply', async () => {
  const dot: SceneItem = { kind: 'circle', x: 5, y: 5, r: 4, fill: 'blue', stroke: 'none', opacity: 0.5 }
  expect(await paint({ kind: 'group', items: [dot], opacity: 0.5 }, dot)).toEqual([
    'fill blue 0.25',
    'fill blue 0.5',
  ])
})
