import type { IconName } from '@blueprintjs/core'
import type { PanelId } from '../state/layout.ts'

export const PANEL_ICONS: Record<PanelId, IconName> = {
  map: 'graph',
  accounts: 'people',
  communities: 'layout-circle',
  design: 'data-lineage',
  timeline: 'timeline-events',
  reports: 'chat',
  lab: 'lab-test',
  case: 'briefcase',
  import: 'import',
  inspector: 'panel-stats',
  ask: 'help',
  around: 'many-to-many',
  help: 'manual',
  settings: 'cog',
  history: 'history',
  story: 'presentation',
}
