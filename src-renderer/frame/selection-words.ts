import type { Selection } from '../../src-main/common/contract/selection.ts'
import type { SelectionPart } from '../state/selection.ts'
import { communityName, formatScore, formatSpan } from '../ui/format.ts'
import type { T } from '../ui/i18n/index.ts'

export interface Words {
  part: SelectionPart
  name: string
  value: string
}

const SHOWN = 3

/** The selection as a sentence: one name and value for each part, in a fixed order. */
export function selectionWords(
  selection: Selection,
  t: T,
  options: {
    language: string
    zoneMinutes: number
    /** How the only selected account is called. */
    accountName: string | null
    className(name: string): string
  },
): Words[] {
  const list = (items: string[]) =>
    items.length <= SHOWN
      ? items.join(options.language === 'zh-CN' ? '、' : ', ')
      : t('frame.selection.andMore', {
          list: items.slice(0, SHOWN).join(options.language === 'zh-CN' ? '、' : ', '),
          count: options.language === 'zh-CN' ? items.length : items.length - SHOWN,
        })
  const words: Words[] = []
  const add = (part: SelectionPart, name: string, value: string) => words.push({ part, name, value })
  const s = selection
  if (s.communities)
    add('communities', t('frame.selection.communities'), list(s.communities.map(communityName)))
  if (s.accounts) {
    const one = s.accounts.length === 1
    add(
      'accounts',
      one ? t('frame.selection.account') : t('frame.selection.accounts'),
      one ? (options.accountName ?? '…') : String(s.accounts.length),
    )
  }
  const span = (value: { from: number; to: number }) =>
    // Spans are half-open: the last instant is the one before `to`.
    formatSpan(value.from, Math.max(value.from, value.to - 1), options.zoneMinutes, options.language)
  if (s.time) add('time', t('frame.selection.time'), span(s.time))
  if (s.registered) add('registered', t('frame.selection.registered'), span(s.registered))
  if (s.risk) add('risk', t('frame.selection.risk'), `${formatScore(s.risk.min)}–${formatScore(s.risk.max)}`)
  if (s.text) add('text', t('frame.selection.text'), `“${s.text}”`)
  if (s.reportClasses)
    add('reportClasses', t('frame.selection.reportClasses'), list(s.reportClasses.map(options.className)))
  if (s.verdicts)
    add('verdicts', t('frame.selection.verdicts'), list(s.verdicts.map((v) => t(`common.verdict.${v}`))))
  if (s.labels) add('labels', t('frame.selection.labels'), list(s.labels))
  return words
}
