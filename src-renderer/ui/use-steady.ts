import { useCallback, useRef } from 'react'

/** One function for as long as the component is there, which does what the newest one does: what takes it need not be drawn anew. */
export function useSteady<A extends unknown[], R>(act: (...args: A) => R): (...args: A) => R {
  const latest = useRef(act)
  latest.current = act
  return useCallback((...args: A) => latest.current(...args), [])
}
