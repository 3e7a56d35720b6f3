import { useCallback, useRef, useState } from 'react'

export interface Size {
  width: number
  height: number
}

/** The content size of an element in CSS pixels, followed as it changes; 0 × 0 until it is there. */
export function useSize(): [(element: HTMLElement | null) => void, Size] {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 })
  const observer = useRef<ResizeObserver | null>(null)
  const ref = useCallback((element: HTMLElement | null) => {
    observer.current?.disconnect()
    observer.current = null
    if (!element) return
    const update = () => {
      const width = element.clientWidth
      const height = element.clientHeight
      setSize((old) => (old.width === width && old.height === height ? old : { width, height }))
    }
    observer.current = new ResizeObserver(update)
    observer.current.observe(element)
    update()
  }, [])
  return [ref, size]
}
