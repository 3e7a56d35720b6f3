import type { AccountDetail } from '../../../src-main/common/contract/accounts.ts'
import { KnowledgeTag } from '../../ui/chip.tsx'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { Section } from '../../ui/panel.tsx'
import { TimeText } from '../../ui/text.tsx'
import { baseName, SourceTag } from './provenance.tsx'

/**
 * What files say the account is: who said it and when, and whether they, or an analyst, disagree. What a later export says
 * anew stays in the list, marked: it counts no more.
 */
export function LabelsSection({ account }: { account: AccountDetail }) {
  const t = useT()
  const dynamic = useDynamicT()
  const { labels } = account
  if (labels.length === 0) return null
  const name = (label: string) => dynamic('common.verdict', label, label)
  const held = labels.filter((l) => l.supersededBy === null)
  const different = [...new Set(held.map((l) => l.label))]
  const judged = account.judgements[0]
  // 'unsure' contradicts nobody; a ring member is malicious.
  const against =
    judged &&
    held[0] &&
    judged.verdict !== 'unsure' &&
    held[0].label !== (judged.verdict === 'ring' ? 'malicious' : judged.verdict)
  return (
    <Section title={t('inspector.account.labels')} testId="labels">
      {different.length > 1 && (
        <p className="inspector-caution" role="note">
          {t('pages.label.disagree', { labels: different.map(name).join(t('pages.comma')) })}
        </p>
      )}
      {against && (
        <p className="inspector-caution" role="note">
          {t('pages.label.judgedOther', {
            label: name(held[0]!.label),
            name: judged.by,
            verdict: name(judged.verdict),
          })}
        </p>
      )}
      <ul className="lines">
        {labels.map((l, i) => (
          <li
            key={i}
            className={l.supersededBy === null ? 'entity-line' : 'entity-line is-superseded'}
            data-testid="label-line"
          >
            <KnowledgeTag kind="observed">{name(l.label)}</KnowledgeTag>
            <span className="sh-quiet entity-key">
              {l.source && t('inspector.account.labelFrom', { source: l.source })}
            </span>
            {l.ts !== null && (
              <span className="sh-quiet">
                <TimeText ms={l.ts} time={false} />
              </span>
            )}
            {l.supersededBy !== null && (
              <span className="label-superseded" title={t('pages.label.supersededAbout')}>
                {t('pages.label.superseded', { file: baseName(l.supersededBy) })}
              </span>
            )}
            <SourceTag source={l.provenance} to="labels" />
          </li>
        ))}
      </ul>
    </Section>
  )
}
