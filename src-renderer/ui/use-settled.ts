import { useEffect, useReducer, useRef } from 'react'

/**
 * A value that follows another one after it has been still for a moment.
 * @param atOnce a change after stillness is followed at once, and only what comes soon after it has to settle: one key or
 *   one click does not wait, a drag is still one change.
 */
export function useSettled<V>(value: V, ms: number, atOnce = false): V {
  const settled = useRef(value)
  const [, draw] = useReducer((n: number) => n + 1, 0)
  const moving = useRef(false)
  // Followed while it is drawn: an effect would draw everything twice.
  const seen = useRef({ value, followed: true })
  if (seen.current.value !== value) seen.current = { value, followed: atOnce && !moving.current }
  const { followed } = seen.current
  useEffect(() => {
    if (settled.current === value && !moving.current) return
    if (followed) settled.current = value
    moving.current = true
    const timer = setTimeout(() => {
      moving.current = false
      if (settled.current === value) return
      settled.current = value
      draw()
    }, ms)
    return () => clearTimeout(timer)
  }, [value, ms, followed])
  return followed ? value : settled.current
}
