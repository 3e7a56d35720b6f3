import { vi } from 'vitest'

/** A context that remembers which calls it got, for tests; `compiled` says whether its shaders are there. */
export function fakeContext(state: { compiled: boolean; pixel: number[] }) {
  const calls: string[] = []
  const extension = { COMPLETION_STATUS_KHR: 1, loseContext: () => calls.push('loseContext') }
  const answers: Record<string, (...args: unknown[]) => unknown> = {
    getExtension: () => extension,
    getProgramParameter: (_program, name) => (name === 1 ? state.compiled : true),
    isContextLost: () => false,
    readPixels: (...args) => (args[6] as Uint8Array).set(state.pixel),
  }
  const gl = new Proxy({} as WebGL2RenderingContext, {
    get: (_, name: string) => {
      if (name === name.toUpperCase()) return 0
      if (name.startsWith('drawingBuffer')) return 100
      return (...args: unknown[]) => {
        calls.push(name)
        return answers[name] ? answers[name](...args) : {}
      }
    },
  })
  return { gl, calls }
}

/** A container of 200 × 100 pixels whose canvases have that context. */
export function fakeContainer(context: WebGL2RenderingContext | null) {
  const asked = vi.fn(() => context)
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockImplementation(asked as never)
  const container = document.createElement('div')
  Object.defineProperties(container, { offsetWidth: { value: 200 }, offsetHeight: { value: 100 } })
  document.body.append(container)
  return { container, asked }
}
