import { useMemo } from 'react'
import type { WordNames } from '../../src-main/common/ask/words.ts'
import { useQuery } from '../client/use-query.ts'
import { useWorkspace } from '../state/workspace.ts'
import { useDynamicT } from './i18n/index.ts'
import { useAccountName } from './text.tsx'

/** Ids of few things that a sentence would name one by one; more are counted. */
const NAMED = 3

/** What words of the data are called in the reader's language, for the sentences of common/ask. */
export function useWordNames(
  ids: { accounts?: readonly number[]; entities?: readonly number[] } = {},
): WordNames {
  const dynamic = useDynamicT()
  const call = useAccountName()
  const zoneMinutes = useWorkspace((s) => s.info?.tzOffset ?? 0)
  const few = (list: readonly number[] | undefined) => (list && list.length <= NAMED ? [...list] : [])
  const accounts = few(ids.accounts)
  const entities = few(ids.entities)
  const { data } = useQuery(
    'search.names',
    accounts.length + entities.length > 0 ? { accounts, entities } : null,
    { on: [] },
  )
  return useMemo(() => {
    const words: Record<string, string> = {
      event: 'ask.event',
      outcome: 'ask.outcome',
      country: 'ask.country',
      class: 'common.class',
      label: 'common.verdict',
      verdict: 'common.verdict',
    }
    const entityWord = (type: string) => dynamic('ask.thing', type, type)
    return {
      zoneMinutes,
      thing: entityWord,
      relation: (type) => dynamic('ask.relation', type, type),
      word: (kind, value) => (words[kind] ? dynamic(words[kind], value, value) : value),
      account: (id) => {
        const found = data?.accounts.find((a) => a.id === id)
        return found ? call(id, found.key) : null
      },
      entity: (id) => {
        const found = data?.entities.find((e) => e.id === id)
        return found ? `${entityWord(found.type)} ${found.key}` : null
      },
    }
  }, [data, dynamic, call, zoneMinutes])
}
