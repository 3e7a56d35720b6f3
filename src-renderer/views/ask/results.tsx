import type { Ask } from '../../../src-main/common/ask/parts.ts'
import type { WordNames } from '../../../src-main/common/ask/words.ts'
import type { AskAnswer } from '../../../src-main/common/contract/ask.ts'
import { useFocus } from '../../state/focus.ts'
import { useLayout } from '../../state/layout.ts'
import { usePrefs } from '../../state/prefs.ts'
import { formatNumber } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { Section } from '../../ui/panel.tsx'
import { useAccountName } from '../../ui/text.tsx'

type Because = AskAnswer['samples'][number]['because'][number]

/** The first accounts of an answer, each with what made it match. */
export function Results({ ask, answer, names }: { ask: Ask; answer: AskAnswer; names: WordNames }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const call = useAccountName()
  const show = useFocus((s) => s.show)
  const number = (n: number) => formatNumber(n, language)
  const words = (because: Because): string => {
    const part = ask.parts[because.part]
    if (!part) return ''
    const more =
      because.count > 1
        ? t('ask.because.more', { count: because.count - 1, n: number(because.count - 1) })
        : ''
    const other = because.accountId === null ? '' : call(because.accountId, because.key ?? '')
    const values = { other, count: because.count, n: number(because.count) }
    switch (part.kind) {
      case 'shares':
        return t('ask.because.shares', { ...values, thing: because.entity ?? '' }) + more
      case 'related':
        return t('ask.because.related', values) + more
      case 'registered_near':
        return t('ask.because.registeredNear', values) + more
      case 'event':
        return t('ask.because.event', {
          ...values,
          kind: part.eventKind === null ? t('ask.any.event') : names.word('event', part.eventKind),
        })
      case 'reported':
        return t('ask.because.reported', values)
    }
  }
  if (answer.samples.length === 0) return null
  return (
    <Section title={t('ask.results.title', { count: answer.samples.length })} testId="ask-results">
      <ul className="sh-ask-results">
        {answer.samples.map((sample) => (
          <li key={sample.accountId}>
            <button
              type="button"
              className="sh-link sh-account-name"
              data-testid="ask-result"
              onClick={() => {
                show({ kind: 'account', id: sample.accountId })
                useLayout.getState().show('inspector')
              }}
            >
              {call(sample.accountId, sample.key)}
            </button>
            <span className="sh-quiet">
              {sample.because.map(words).filter(Boolean).join(t('ask.because.join'))}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
