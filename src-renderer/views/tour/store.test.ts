import { beforeEach, expect, test, vi } from 'vitest'

const core = vi.hoisted(() => ({ called: [] as string[], fails: false }))
vi.mock('../../client/api.ts', () => ({
  api: {
    on: () => () => {},
    onStatus: () => () => {},
    async call(name: string) {
      core.called.push(name)
      if (core.fails) throw new Error('no room on the disk')
      return { info: null, jobId: null }
    },
  },
}))
const { useWorkspace } = await import('../../state/workspace.ts')
const { useToasts } = await import('../../ui/toast.tsx')
const { readTour, startTour, useTour } = await import('./store.ts')
const { STEPS } = await import('./steps.ts')

beforeEach(() => {
  core.called = []
  core.fails = false
  useTour.setState(useTour.getInitialState())
  useWorkspace.setState({ info: null })
})

test('a tour that is left goes on where it was; one at its end is over', () => {
  useTour.getState().begin()
  expect(useTour.getState()).toMatchObject({ state: 'on', step: 0, asked: 1 })
  useTour.getState().set({ step: 4 })
  useTour.getState().leave()
  expect(useTour.getState()).toMatchObject({ state: 'left', step: 4 })
  useTour.getState().resume()
  expect(useTour.getState()).toMatchObject({ state: 'on', step: 4 })
  useTour.getState().set({ step: STEPS.length - 1 })
  useTour.getState().leave()
  expect(useTour.getState().state).toBe('off')
})

test('what was kept is taken as far as it makes sense', () => {
  const off = { state: 'off', step: 0, community: null, runId: null, startedAt: 0 }
  for (const odd of [null, 3, {}, { state: 'on', step: 99 }, { state: 'paused', step: 1 }, { state: 'on' }])
    expect(readTour(odd)).toEqual(off)
  const kept = { state: 'left', step: 3, community: 256, runId: 2, startedAt: 5 }
  expect(readTour(kept)).toEqual(kept)
  expect(readTour({ ...kept, community: 'C-1', runId: -1 })).toEqual({
    ...kept,
    community: null,
    runId: null,
  })
})

test('it begins at once on simulated data, and opens the sample from anything else', async () => {
  useWorkspace.setState({ info: { simulated: true } as never })
  await startTour()
  expect(core.called).toEqual([])
  expect(useTour.getState().state).toBe('on')

  useTour.setState(useTour.getInitialState())
  useWorkspace.setState({ info: { simulated: false } as never })
  await startTour()
  expect(core.called).toEqual(['workspace.openSample'])
  expect(useTour.getState()).toMatchObject({ state: 'off', pending: true })

  core.fails = true
  await startTour()
  expect(useTour.getState().pending).toBe(false)
  expect(useToasts.getState().toasts.at(-1)).toMatchObject({ text: 'no room on the disk', kind: 'failed' })
})
