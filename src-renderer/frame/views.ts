import { lazy, type ComponentType } from 'react'
import type { PanelId } from '../state/layout.ts'

type ViewModule = { default: ComponentType }

/** Every folder under views/ with an index.tsx that exports a component as default is a view. */
const modules = import.meta.glob<ViewModule>('../views/*/index.tsx')

const loaded = new Map<string, ComponentType>()

/** The view of a panel, loaded when it is first shown. */
export function viewOf(panel: PanelId): ComponentType | null {
  const existing = loaded.get(panel)
  if (existing) return existing
  const load = modules[`../views/${panel}/index.tsx`]
  if (!load) return null
  const view = lazy(load)
  loaded.set(panel, view)
  return view
}
