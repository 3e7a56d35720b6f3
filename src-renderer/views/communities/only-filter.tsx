import { HTMLSelect } from '@blueprintjs/core'
import type { AppInput } from '../../../src-main/common/contract/index.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { useT } from '../../ui/i18n/index.ts'

export type Only = NonNullable<AppInput<'communities.list'>['only']>

const ALWAYS: readonly Only[] = ['all', 'stable', 'surprising']
const SINCE: readonly Only[] = ['born', 'grown', 'shrunk', 'split', 'merged']

/** Which communities the table shows; changes since the earlier run only where there is one. */
export function OnlyFilter(props: { only: Only; onChange(only: Only): void }) {
  const t = useT()
  const lineage = useWorkspace((s) => s.info?.runs.lineage)
  const choices = lineage === undefined ? ALWAYS : [...ALWAYS, ...SINCE]
  return (
    <HTMLSelect
      aria-label={t('communities.only.label')}
      data-testid="communities-only"
      value={props.only}
      onChange={(event) => props.onChange(event.currentTarget.value as Only)}
    >
      {choices.map((only) => (
        <option key={only} value={only}>
          {t(`communities.only.${only}`)}
        </option>
      ))}
    </HTMLSelect>
  )
}
