import { act, cleanup, render } from '@testing-library/react'
import { useEffect } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import type { Progress } from '../../src-main/common/pace.ts'
import { ShoalError } from '../../src-main/common/errors.ts'
import { setApi, type Api } from './api.ts'
import { useQuery, type Query } from './use-query.ts'

interface Asked {
  input: unknown
  signal: AbortSignal
  tell(progress: Progress): Promise<void>
  answer(value: unknown): Promise<void>
  fail(error: unknown): Promise<void>
}

function fakeApi() {
  const asked: Asked[] = []
  const listeners = new Map<string, Set<(payload: never) => void>>()
  const statuses = new Set<(status: 'open') => void>()
  const api: Api = {
    call: (_name, input, options) =>
      new Promise((resolve, reject) => {
        asked.push({
          input,
          signal: options!.signal!,
          tell: (progress) => act(async () => options!.onProgress!(progress)),
          answer: (value) => act(async () => resolve(value as never)),
          fail: (error) => act(async () => reject(error as Error)),
        })
      }),
    on(event, listener) {
      const set = listeners.get(event) ?? new Set()
      set.add(listener as never)
      listeners.set(event, set)
      return () => set.delete(listener as never)
    },
    status: 'open',
    onStatus(listener) {
      statuses.add(listener)
      return () => statuses.delete(listener)
    },
  }
  const emit = (event: string, payload: unknown) =>
    act(async () => listeners.get(event)?.forEach((listener) => listener(payload as never)))
  const reconnect = () => act(async () => statuses.forEach((listener) => listener('open')))
  return { api, asked, emit, reconnect }
}

let seen: Query<unknown>
const see = (query: Query<unknown>) => {
  seen = query
}
function Probe(props: { id: number | null; reset?: boolean }) {
  const query = useQuery('accounts.get', props.id === null ? null : { id: props.id }, {
    on: ['notes'],
    ...(props.reset && { reset: true }),
  })
  useEffect(() => see(query))
  return null
}
afterEach(() => {
  cleanup()
  setApi(null)
})

describe('useQuery', () => {
  it('says how far an answer is while it is on its way, and nothing of one that is not wanted any more', async () => {
    const { api, asked } = fakeApi()
    setApi(api)
    const { rerender } = render(<Probe id={1} />)
    expect(seen.progress).toBeNull()
    const half: Progress = { phase: 'changes', done: 1, total: 2, unit: 'steps' }
    await asked[0]!.tell(half)
    expect(seen.progress).toEqual(half)
    rerender(<Probe id={2} />)
    await asked[0]!.tell({ ...half, done: 2 })
    expect(seen.progress).toBeNull()
    await asked[1]!.tell(half)
    await asked[1]!.answer('two')
    expect(seen).toMatchObject({ data: 'two', progress: null })
  })

  it('keeps the old answer while a new one is on its way, and aborts what is no longer wanted', async () => {
    const { api, asked } = fakeApi()
    setApi(api)
    const { rerender } = render(<Probe id={1} />)
    expect(seen).toMatchObject({ data: undefined, loading: true })
    await asked[0]!.answer('one')
    expect(seen).toMatchObject({ data: 'one', loading: false })
    rerender(<Probe id={2} />)
    expect(seen).toMatchObject({ data: 'one', loading: true })
    rerender(<Probe id={3} />)
    expect(asked[1]!.signal.aborted).toBe(true)
    await asked[2]!.answer('three')
    await asked[1]!.answer('two, late')
    expect(seen.data).toBe('three')
  })

  it('forgets the old answer when it is told that another thing is shown', async () => {
    const { api, asked } = fakeApi()
    setApi(api)
    const { rerender } = render(<Probe id={1} reset />)
    await asked[0]!.answer('one')
    rerender(<Probe id={2} reset />)
    expect(seen.data).toBeUndefined()
  })

  it('asks again for changes that it watches, and when the connection is back', async () => {
    const { api, asked, emit, reconnect } = fakeApi()
    setApi(api)
    render(<Probe id={1} />)
    await asked[0]!.answer('one')
    await emit('data.changed', { what: ['facts'] })
    expect(asked).toHaveLength(1)
    await emit('data.changed', { what: ['facts', 'notes'] })
    expect(asked).toHaveLength(2)
    await reconnect()
    expect(asked).toHaveLength(3)
  })

  it('shows failures, not cancellations, and keeps what it had', async () => {
    const { api, asked } = fakeApi()
    setApi(api)
    render(<Probe id={1} />)
    await asked[0]!.answer('one')
    await act(async () => seen.refetch())
    await asked[1]!.fail(new ShoalError('not_found', 'Gone.'))
    expect(seen).toMatchObject({
      data: 'one',
      loading: false,
      error: { code: 'not_found', message: 'Gone.' },
    })
    await act(async () => seen.refetch())
    await asked[2]!.answer('again')
    expect(seen).toMatchObject({ data: 'again', error: null })
  })

  it('asks nothing for a null input', () => {
    const { api, asked } = fakeApi()
    setApi(api)
    render(<Probe id={null} />)
    expect(asked).toEqual([])
    expect(seen).toMatchObject({ data: undefined, loading: false, error: null })
  })
})
