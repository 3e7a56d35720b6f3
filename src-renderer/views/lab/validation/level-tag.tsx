import { Icon } from '@blueprintjs/core'
import type { FindingLevel } from '../../../../src-main/common/contract/lab.ts'
import { LEVEL_ICONS, useLevelName } from './words.ts'

/** A mark where something is worth a look; nothing where all is well. */
export function LevelTag({ level }: { level: FindingLevel }) {
  const levelName = useLevelName()
  if (level === 'good' || level === 'info') return null
  return (
    <Icon icon={LEVEL_ICONS[level]} size={12} className={`lab-level is-${level}`} title={levelName(level)} />
  )
}
