import { useCallback, useEffect, useRef, useState } from 'react'
import type { RecipePreview } from '../../../src-main/common/contract/recipes.ts'
import { isCancelled, toErrorShape, type ErrorShape } from '../../../src-main/common/errors.ts'
import type { Recipe } from '../../../src-main/common/recipe.ts'
import { api } from '../../client/api.ts'
import { sameDesign } from './draft.ts'

export interface Preview {
  /** The newest figures, and the design that they are of. */
  data: RecipePreview | null
  of: Recipe | null
  /** The figures are of this very recipe. */
  fresh: boolean
  counting: boolean
  stopped: boolean
  error: ErrorShape | null
  stop(): void
  again(): void
}

const WAIT_MS = 350

/**
 * What a recipe would yield, asked again a moment after the last edit; an older question is cancelled. The figures
 * stay on the screen until newer ones come, and always say which recipe they are of.
 */
export function usePreview(recipe: Recipe, facts: unknown): Preview {
  const [state, setState] = useState<Omit<Preview, 'fresh' | 'stop' | 'again'>>({
    data: null,
    of: null,
    counting: true,
    stopped: false,
    error: null,
  })
  const [turn, setTurn] = useState(0)
  const controller = useRef<AbortController | null>(null)
  // A new name or the same settings in another order ask nothing new.
  const design = useRef(recipe)
  if (!sameDesign(design.current, recipe)) design.current = recipe
  const asked = design.current
  const first = useRef(true)

  useEffect(() => {
    const stop = new AbortController()
    controller.current = stop
    setState((old) => ({ ...old, counting: true, stopped: false, error: null }))
    const timer = setTimeout(
      () => {
        first.current = false
        api.call('recipes.preview', { recipe: asked }, { signal: stop.signal }).then(
          (data) => {
            if (stop.signal.aborted) return
            setState({ data, of: asked, counting: false, stopped: false, error: null })
          },
          (error: unknown) => {
            if (stop.signal.aborted) return
            const cancelled = isCancelled(error)
            setState((old) => ({
              ...old,
              counting: false,
              stopped: cancelled,
              error: cancelled ? null : toErrorShape(error),
            }))
          },
        )
      },
      first.current ? 0 : WAIT_MS,
    )
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [asked, turn, facts])

  const stop = useCallback(() => {
    controller.current?.abort()
    setState((old) => ({ ...old, counting: false, stopped: true }))
  }, [])
  const again = useCallback(() => setTurn((n) => n + 1), [])
  return {
    ...state,
    fresh: !state.counting && state.of !== null && sameDesign(state.of, recipe),
    stop,
    again,
  }
}
