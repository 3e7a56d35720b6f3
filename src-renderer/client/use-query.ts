import { useCallback, useEffect, useReducer, useRef, useState } from 'react'
import { isCancelled, toErrorShape, type ErrorShape } from '../../src-main/common/errors.ts'
import type { AppEvents, AppInput, AppOutput, MethodName } from '../../src-main/common/contract/index.ts'
import type { Progress } from '../../src-main/common/pace.ts'
import { api } from './api.ts'

export interface Query<T> {
  /** The newest answer; kept while a newer one is on its way. */
  data: T | undefined
  error: ErrorShape | null
  loading: boolean
  /** `data` answers another input than the present one. */
  stale: boolean
  /** How far the answer that is on its way is, from methods that tell; null: nothing is told. */
  progress: Progress | null
  refetch(): void
}
type What = AppEvents['data.changed']['what'][number]
export interface QueryOptions {
  /** Which changes make it ask again; all of them unless told. */
  on?: What[]
  /** Forget the old answer when the input changes (a different thing is shown, not a refined one). */
  reset?: boolean
}

/**
 * Asks core and keeps the answer fresh: again when the input changes (aborting the old call), when data or the
 * workspace changes, and when the connection comes back. A null input asks nothing.
 */
export function useQuery<N extends MethodName>(
  name: N,
  input: AppInput<N> | null,
  options: QueryOptions = {},
): Query<AppOutput<N>> {
  const key = input === null ? null : JSON.stringify(input)
  // What was answered last, and to what: whether that is what is asked now is read off it, not written into a state that
  // would draw everything once more.
  const last = useRef<Answered<AppOutput<N>>>(NOTHING)
  const [, draw] = useReducer((n: number) => n + 1, 0)
  const [turn, setTurn] = useState(0)
  const [progress, setProgress] = useState<Progress | null>(null)
  const refetch = useCallback(() => setTurn((n) => n + 1), [])
  const watched = useRef(options.on)
  watched.current = options.on

  useEffect(() => {
    const off = [
      api.on('data.changed', ({ what }) => {
        const wanted = watched.current
        if (!wanted || what.some((w) => wanted.includes(w))) refetch()
      }),
      api.on('workspace.changed', refetch),
      api.onStatus((status) => status === 'open' && refetch()),
    ]
    return () => off.forEach((stop) => stop())
  }, [refetch])

  useEffect(() => {
    if (key === null) {
      last.current = NOTHING
      return
    }
    const controller = new AbortController()
    const answered = (data: AppOutput<N> | undefined, dataKey: string | null, error: ErrorShape | null) => {
      last.current = { name, key, turn, data, dataKey, error }
      draw()
    }
    if (options.reset && last.current.dataKey !== key) last.current = { ...last.current, data: undefined }
    const onProgress = (told: Progress) => {
      if (!controller.signal.aborted) setProgress(told)
    }
    setProgress(null)
    api.call(name, JSON.parse(key) as AppInput<N>, { signal: controller.signal, onProgress }).then(
      (data) => {
        if (!controller.signal.aborted) answered(data, key, null)
      },
      (error: unknown) => {
        if (controller.signal.aborted || isCancelled(error)) return
        answered(last.current.data, last.current.dataKey, toErrorShape(error))
      },
    )
    return () => controller.abort()
  }, [name, key, turn, options.reset])

  if (key === null)
    return { data: undefined, error: null, loading: false, stale: false, progress: null, refetch }
  const { data, dataKey, error } = last.current
  const loading = last.current.name !== name || last.current.key !== key || last.current.turn !== turn
  return {
    data: options.reset && dataKey !== key ? undefined : data,
    error,
    loading,
    stale: loading,
    progress: loading ? progress : null,
    refetch,
  }
}

/** An answer or a failure, and the question that it belongs to; `data` may answer an earlier one. */
interface Answered<T> {
  name: string | null
  key: string | null
  turn: number
  data: T | undefined
  dataKey: string | null
  error: ErrorShape | null
}
const NOTHING: Answered<never> = {
  name: null,
  key: null,
  turn: 0,
  data: undefined,
  dataKey: null,
  error: null,
}
