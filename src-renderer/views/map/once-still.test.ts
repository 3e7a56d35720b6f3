import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { onceStill } from './once-still.ts'

let container: HTMLElement
let done: ReturnType<typeof vi.fn<() => void>>
let still: ReturnType<typeof onceStill>
/** Frames come when they are drawn, not by the clock. */
let frames: (() => void)[] = []
const draw = () => {
  const now = frames
  frames = []
  now.forEach((callback) => callback())
}
const press = (type: string, on: EventTarget = container) =>
  on.dispatchEvent(new Event(type, { bubbles: true }))

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => frames.push(callback))
  vi.stubGlobal('cancelAnimationFrame', (id: number) => void delete frames[id - 1])
  container = document.body.appendChild(document.createElement('div'))
  done = vi.fn<() => void>()
  still = onceStill(container, 250, done)
})
afterEach(() => {
  still.end()
  container.remove()
  frames = []
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('what has stood still for a while and two frames is still, once', () => {
  still.moved()
  vi.advanceTimersByTime(249)
  draw()
  draw()
  vi.advanceTimersByTime(1)
  draw()
  expect(done).not.toHaveBeenCalled()
  draw()
  expect(done).toHaveBeenCalledOnce()
  vi.advanceTimersByTime(1000)
  draw()
  draw()
  expect(done).toHaveBeenCalledOnce()
})

test('frames slower than the pause are no pause', () => {
  for (let k = 0; k < 5; k++) {
    still.moved()
    vi.advanceTimersByTime(700)
    draw()
  }
  expect(done).not.toHaveBeenCalled()
  draw()
  expect(done).toHaveBeenCalledOnce()
})

test('nothing is still while a button is held, and is once it is let go of', () => {
  still.moved()
  press('pointerdown')
  still.moved()
  vi.advanceTimersByTime(5000)
  draw()
  draw()
  expect(done).not.toHaveBeenCalled()
  press('pointerup', window)
  vi.advanceTimersByTime(250)
  draw()
  draw()
  expect(done).toHaveBeenCalledOnce()
})

test('a press that moves nothing is nothing', () => {
  press('pointerdown')
  press('pointerup', window)
  vi.advanceTimersByTime(1000)
  draw()
  draw()
  expect(done).not.toHaveBeenCalled()
})

test('a window that nobody sees draws no frames and is not waited for', () => {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
  still.moved()
  vi.advanceTimersByTime(250)
  expect(done).toHaveBeenCalledOnce()
})

test('after its end nothing is heard', () => {
  still.moved()
  still.end()
  press('pointerdown')
  press('pointerup', window)
  vi.advanceTimersByTime(1000)
  draw()
  draw()
  expect(done).not.toHaveBeenCalled()
})
