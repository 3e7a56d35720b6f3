import { useEffect, useState } from 'react'
import { api } from '../../client/api.ts'
import { useWorkspace } from '../../state/workspace.ts'

/** An account is core when at least this share of its edge weight lies inside its community. */
export const CORE_SHARE = 0.5
/** Larger communities are not counted one by one; their median belonging stands in. */
const MOST = 3000
const PAGE = 1000

export interface CoreFringe {
  core: number
  fringe: number
}

/** Splits belongings (0..1; null counts as fringe) at `CORE_SHARE`. */
export function splitBelonging(belongings: readonly (number | null)[]): CoreFringe {
  const core = belongings.filter((b) => b !== null && b >= CORE_SHARE).length
  return { core, fringe: belongings.length - core }
}

/**
 * Counts a community's core and fringe by its members' belonging, for runs whose stability was not measured; null
 * while counting, when it is too large, or where `size` is undefined: nothing to count.
 */
export function useCoreFringe(id: number, size: number | undefined): CoreFringe | null {
  const version = useWorkspace((s) => s.version)
  const [counted, setCounted] = useState<{ id: number; split: CoreFringe } | null>(null)
  useEffect(() => {
    if (size === undefined || size > MOST) return
    const controller = new AbortController()
    const count = async () => {
      const belongings: (number | null)[] = []
      for (let offset = 0; offset < size; offset += PAGE) {
        const page = await api.call(
          'accounts.list',
          { selection: { communities: [id] }, sort: 'key', descending: false, offset, limit: PAGE },
          { signal: controller.signal },
        )
        belongings.push(...page.rows.map((r) => r.belonging))
        if (page.rows.length === 0) break
      }
      if (!controller.signal.aborted) setCounted({ id, split: splitBelonging(belongings) })
    }
    count().catch(() => {})
    return () => controller.abort()
  }, [id, size, version])
  return counted?.id === id ? counted.split : null
}
