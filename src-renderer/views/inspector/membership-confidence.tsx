import { usePrefs } from '../../state/prefs.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { Explained } from '../../ui/explain.tsx'
import { formatNumber } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { runName, useRun } from './runs.tsx'

/** As compute/trust/stability.ts has it. */
export const CORE_CONFIDENCE = 0.75

/** How sure the account's place in its community is: core or fringe, and the share of searches that say so. */
export function MembershipConfidence(props: { confidence: number; belonging: number | null }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const id = useWorkspace((s) => s.info?.runs.trust) ?? null
  const run = useRun(id)
  const { confidence, belonging } = props
  const word = confidence >= CORE_CONFIDENCE ? 'trust.memberCore' : 'trust.memberFringe'
  return (
    <>
      {' · '}
      <Explained
        what={t('trust.memberWhat', {
          belonging: belonging === null ? '–' : formatNumber(belonging, language, 2),
        })}
        run={runName(run, id)}
      >
        <span data-testid="confidence">
          {t(word, { confidence: `${formatNumber(confidence * 100, language)}%` })}
        </span>
      </Explained>
    </>
  )
}
