import type { FindingLevel } from '../../../../src-main/common/contract/lab.ts'
import type { IconName } from '@blueprintjs/core'
import { useDynamicT, useT } from '../../../ui/i18n/index.ts'

/** What a fact about accounts is called; a column of the export keeps its own name. */
export function useFactName(): (kind: 'feature' | 'family', name: string) => string {
  const dynamic = useDynamicT()
  return (kind, name) => dynamic(`inspector.${kind}`, name, name.replaceAll('_', ' '))
}

export const LEVEL_ICONS: Record<FindingLevel, IconName> = {
  good: 'tick-circle',
  warn: 'warning-sign',
  bad: 'error',
  info: 'info-sign',
}

export function useLevelName(): (level: FindingLevel) => string {
  const t = useT()
  return (level) => t(`validation.level.${level}`)
}
