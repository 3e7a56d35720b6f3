import type { ComparableImport } from '../../../../src-main/common/contract/changes.ts'
import { useQuery } from '../../../client/use-query.ts'

/** Imports that brought a later export of something, newest first: what they changed can be looked at. */
export function useComparable(): readonly ComparableImport[] {
  const imports = useQuery('changes.imports', {}, { on: ['facts'] })
  return (imports.data ?? []).filter(({ earlier }) => earlier !== null)
}
