import { useCallback } from 'react'
import type { Progress } from '../../src-main/common/pace.ts'
import { useDynamicT } from './i18n/index.ts'

/** What a job is doing, in the reader's words; phases are '<step>' or '<step>.<part>'. */
export function usePhaseText(): (progress: Progress) => string {
  const dynamic = useDynamicT()
  return useCallback(
    ({ phase }) => {
      const [step = phase, part] = phase.split('.')
      const whole = dynamic('import.phase', step, step)
      if (step !== 'import' || !part) return whole
      return dynamic('import.importing', part, whole)
    },
    [dynamic],
  )
}
