import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { create } from 'zustand'
import { ShoalError } from '../../src-main/common/errors.ts'
import { setApi, type Api } from '../client/api.ts'
import { beginSession, followSession, sessionSaved, useSession } from './session.ts'
import { slice } from './slices.ts'

/** A core that writes steps when told to. */
function core() {
  const written: unknown[] = []
  const waiting: { value: unknown; settle(error?: Error): void }[] = []
  const undo = { back: null, forward: null, selection: { back: false, forward: false } }
  const fake: Api = {
    call: (name: string, input: never) => {
      if (name === 'session.state') return Promise.resolve({}) as never
      if (name === 'undo.state') return Promise.resolve(undo) as never
      const value = (input as { changes: { after: unknown }[] }).changes[0]!.after
      return new Promise((done, fail) => {
        waiting.push({
          value,
          settle: (error) => {
            if (error) return fail(error)
            written.push(value)
            done(undo)
          },
        })
      }) as never
    },
    on: () => () => {},
    status: 'open',
    onStatus: () => () => {},
  }
  setApi(fake)
  return { written, waiting, next: (error?: Error) => waiting.shift()!.settle(error) }
}

const store = create<{ n: number }>()(() => ({ n: 0 }))
let off: () => void
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  store.setState({ n: 0 })
  off = slice<{ n: number }, number>({
    name: 'test',
    store,
    pick: ({ n }) => n,
    apply: (value) => store.setState({ n: (value as number | null) ?? 0 }),
    what: () => 'test',
  })
})
afterEach(async () => {
  off()
  await beginSession(null)
  setApi(null)
  vi.useRealTimers()
})
const step = async (n: number) => {
  store.setState({ n })
  await vi.advanceTimersByTimeAsync(100)
}
const saved = () => useSession.getState().saved

describe('what was done', () => {
  it('is said to be saved only when core has written it', async () => {
    const { next, waiting } = core()
    await beginSession('/w')
    expect(saved()).toBe(true)
    store.setState({ n: 1 })
    expect(saved()).toBe(false)
    await vi.advanceTimersByTimeAsync(100)
    expect(waiting).toHaveLength(1)
    expect(saved()).toBe(false)
    next()
    await sessionSaved()
    expect(saved()).toBe(true)
  })

  it('is tried again in its order when it could not be written', async () => {
    const { next, waiting, written } = core()
    await beginSession('/w')
    await step(1)
    await step(2)
    expect(waiting).toHaveLength(1)
    next(new ShoalError('internal', 'database is locked'))
    await vi.advanceTimersByTimeAsync(10)
    expect(useSession.getState().trouble).toBe('database is locked')
    await vi.advanceTimersByTimeAsync(1000)
    next()
    await vi.advanceTimersByTimeAsync(10)
    next()
    await sessionSaved()
    expect(written).toEqual([1, 2])
    expect(useSession.getState()).toMatchObject({ saved: true, trouble: null })
  })

  it('does not hold up what follows for ever, and says that it is lost', async () => {
    const { next, written } = core()
    await beginSession('/w')
    await step(1)
    await step(2)
    for (let i = 0; i < 4; i++) {
      next(new ShoalError('internal', 'disk is full'))
      await vi.advanceTimersByTimeAsync(10_000)
    }
    expect(useSession.getState().trouble).toBe('disk is full')
    next()
    await sessionSaved()
    expect(written).toEqual([2])
  })

  it('is sent at once when the page goes', async () => {
    const { waiting } = core()
    await beginSession('/w')
    const stop = followSession()
    await step(1)
    await step(2)
    store.setState({ n: 3 })
    window.dispatchEvent(new Event('pagehide'))
    expect(waiting.map(({ value }) => value)).toEqual([1, 2, 3])
    stop()
  })
})
