import { useCallback } from 'react'
import type { Progress } from '../../src-main/common/pace.ts'
import { useDynamicT, useT } from './i18n/index.ts'

/** What a job is doing, in the reader's words; phases are '<step>' or '<step>.<part>'. */
export function usePhaseText(): (progress: Progress) => string {
  const t = useT()
  const dynamic = useDynamicT()
  return useCallback(
    ({ phase }) => {
      const [step = phase, part] = phase.split('.')
      const whole = dynamic('import.phase', step, step)
      if (!part) return whole
      if (step === 'import') return dynamic('import.importing', part, whole)
      const detail = dynamic(`import.part.${step}`, part, '')
      return detail ? t('import.phasePart', { whole, part: detail }) : whole
    },
    [dynamic, t],
  )
}
