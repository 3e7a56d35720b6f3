import { useCallback, useEffect, useState } from 'react'
import { NoGraphics } from './gl.ts'

/** A moment for the graphics to come back. */
const AGAIN_MS = 300

export interface StageHolder<S> {
  /** Null before it is made and while there are no graphics. */
  stage: S | null
  /** lost: the graphics were taken away and the stage is being made anew; missing: they cannot be had. */
  graphics: 'there' | 'lost' | 'missing'
  /** Tries again where they were missing. */
  retry(): void
}

/**
 * Makes a stage once its container is there, and anew when its graphics were lost (a driver was reset, too many windows drew).
 * `make` is asked with what to call when that happens; it throws NoGraphics where there is no WebGL 2.
 */
export function useStage<S extends { kill(): void }>(make: (lost: () => void) => S): StageHolder<S> {
  const [stage, setStage] = useState<S | null>(null)
  const [graphics, setGraphics] = useState<StageHolder<S>['graphics']>('there')
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let made: S
    try {
      made = make(() => {
        setGraphics('lost')
        timer = setTimeout(() => setTurn((n) => n + 1), AGAIN_MS)
      })
    } catch (error) {
      if (!(error instanceof NoGraphics)) throw error
      setStage(null)
      setGraphics('missing')
      return
    }
    setStage(made)
    setGraphics('there')
    return () => {
      clearTimeout(timer)
      made.kill()
    }
    // Made once: what `make` hands the stage does not change.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [turn])
  const retry = useCallback(() => {
    // The container comes back first.
    setGraphics('there')
    setTurn((n) => n + 1)
  }, [])
  return { stage, graphics, retry }
}
