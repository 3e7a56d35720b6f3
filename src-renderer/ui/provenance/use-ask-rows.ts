import { useCallback } from 'react'
import type { RowRef } from '../../../src-main/common/contract/provenance.ts'
import { toErrorShape } from '../../../src-main/common/errors.ts'
import type { TableName } from '../../../src-main/common/mapping/roles.ts'
import { useToasts } from '../toast.tsx'
import { useProvenance } from './state.ts'

/** Shows rows that are still being looked for, once they are found; says so where that fails. `to`: what they state. */
export function useAskRows(): (refs: Promise<readonly RowRef[]>, to: TableName) => void {
  const say = useToasts((s) => s.say)
  const ask = useProvenance((s) => s.ask)
  return useCallback(
    (refs, to) =>
      void refs.then(
        (found) => found.length > 0 && ask({ refs: found, to }),
        (error: unknown) => say(toErrorShape(error).message, 'failed'),
      ),
    [ask, say],
  )
}
