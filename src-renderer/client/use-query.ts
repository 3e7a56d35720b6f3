import { useCallback, useEffect, useRef, useState } from 'react'
import { isCancelled, toErrorShape, type ErrorShape } from '../../src-main/common/errors.ts'
import type { AppEvents, AppInput, AppOutput, MethodName } from '../../src-main/common/contract/index.ts'
import { api } from './api.ts'

export interface Query<T> {
  /** The newest answer; kept while a newer one is on its way. */
  data: T | undefined
  error: ErrorShape | null
  loading: boolean
  /** `data` answers another input than the present one. */
  stale: boolean
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
  const [state, setState] = useState<{
    key: string | null
    data: AppOutput<N> | undefined
    error: ErrorShape | null
    loading: boolean
  }>({ key, data: undefined, error: null, loading: key !== null })
  const [turn, setTurn] = useState(0)
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
      setState({ key, data: undefined, error: null, loading: false })
      return
    }
    const controller = new AbortController()
    setState((old) => ({
      ...old,
      key,
      data: options.reset && old.key !== key ? undefined : old.data,
      loading: true,
    }))
    api.call(name, JSON.parse(key) as AppInput<N>, { signal: controller.signal }).then(
      (data) => {
        if (!controller.signal.aborted) setState({ key, data, error: null, loading: false })
      },
      (error: unknown) => {
        if (controller.signal.aborted || isCancelled(error)) return
        setState((old) => ({ ...old, error: toErrorShape(error), loading: false }))
      },
    )
    return () => controller.abort()
  }, [name, key, turn, options.reset])

  const stale = state.loading || state.key !== key
  return { data: state.data, error: state.error, loading: state.loading, stale, refetch }
}
