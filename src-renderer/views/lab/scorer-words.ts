import type { ScorerInfo } from '../../../src-main/common/contract/learning.ts'
import { useDynamicT } from '../../ui/i18n/index.ts'

/** A scorer's name and what it does, in the reader's words where the catalogue has them. */
export function useScorerWords(): (scorer: Pick<ScorerInfo, 'id'> & { help?: string }) => {
  name: string
  help: string
} {
  const dynamic = useDynamicT()
  return ({ id, help = '' }) => ({
    name: dynamic(`scorer.${id}`, 'name', id),
    help: dynamic(`scorer.${id}`, 'about', help),
  })
}

/** What a member of an ensemble is called: a scorer's name, with what it looks at where its id says so. */
export function useMemberName(): (id: string) => string {
  const dynamic = useDynamicT()
  const words = useScorerWords()
  return (id) => {
    const own = dynamic('scorer.member', id, '')
    if (own) return own
    const cut = id.lastIndexOf('-')
    const looks = cut < 0 ? '' : dynamic('scorer.looks', id.slice(cut + 1), '')
    return looks ? `${words({ id: id.slice(0, cut) }).name} · ${looks}` : words({ id }).name
  }
}
