import { useEffect, useRef, useState } from 'react'

/**
 * A value that follows another one after it has been still for a moment.
 * @param atOnce a change after stillness is followed at once, and only what comes soon after it has to settle: one key or
 *   one click does not wait, a drag is still one change.
 */
export function useSettled<V>(value: V, ms: number, atOnce = false): V {
  const [settled, setSettled] = useState(value)
  const changedAt = useRef(-Infinity)
  useEffect(() => {
    const now = performance.now()
    const wasStill = now - changedAt.current > ms
    changedAt.current = now
    if (atOnce && wasStill) {
      setSettled(value)
      return
    }
    const timer = setTimeout(() => setSettled(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms, atOnce])
  return settled
}
