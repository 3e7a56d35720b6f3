import { useState } from 'react'
import type { AccountDetail } from '../../../src-main/common/contract/accounts.ts'
import { useQuery } from '../../client/use-query.ts'
import { useFocus } from '../../state/focus.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { Section } from '../../ui/panel.tsx'
import { commonness } from './edge-sentences.ts'
import { CauseTag } from './entity-page.tsx'
import { SourceTag } from './provenance.tsx'

const FIRST = 8

/** What the account uses, with how many accounts use it too: the innocent reading stands beside the thing. */
export function SharedEntities(props: { entities: AccountDetail['entities'] }) {
  const t = useT()
  const dynamic = useDynamicT()
  const show = useFocus((s) => s.show)
  const [all, setAll] = useState(false)
  // What two accounts share says more than what a thousand do; what nobody shares says nothing about others.
  const sorted = [...props.entities].sort(
    (a, b) =>
      Number(a.accounts <= 1) - Number(b.accounts <= 1) || a.accounts - b.accounts || b.count - a.count,
  )
  const shown = all ? sorted : sorted.slice(0, FIRST)
  const shared = [...new Set(sorted.filter((e) => e.accounts > 1).map((e) => e.entityId))].slice(0, 1000)
  const causes = useQuery('entities.causes', shared.length > 0 ? { ids: shared } : null, {
    on: ['facts', 'runs'],
  })
  const causeOf = new Map(causes.data?.map((cause) => [cause.id, cause]))
  return (
    <Section title={t('inspector.account.shared')} testId="shared-entities">
      {sorted.length === 0 ? (
        <p className="sh-quiet">{t('inspector.account.noShared')}</p>
      ) : (
        <p className="sh-quiet section-note">{t('inspector.account.sharedHow')}</p>
      )}
      <ul className="lines">
        {shown.map((e) => (
          <li key={`${e.entityId}:${e.from}:${e.provenance.row}`} className="shared-line">
            <div className="shared-name">
              <span className="sh-quiet">{dynamic('inspector.channel', e.type, e.type)}</span>
              <button
                type="button"
                className="link"
                title={e.key}
                onClick={() => show({ kind: 'entity', id: e.entityId })}
              >
                {e.key}
              </button>
            </div>
            <div className="shared-meta">
              <span
                className={`entity-crowd is-${commonness(e.accounts)}`}
                title={t(`inspector.common.${commonness(e.accounts)}`, { count: e.accounts })}
              >
                {e.accounts <= 1 ? t('inspector.onlyHere') : t('inspector.usedBy', { count: e.accounts })}
              </span>
              {causeOf.has(e.entityId) && <CauseTag {...causeOf.get(e.entityId)!} />}
              <SourceTag source={e.provenance} to={e.from} />
            </div>
          </li>
        ))}
      </ul>
      {sorted.length > FIRST && (
        <button type="button" className="link" onClick={() => setAll(!all)}>
          {all ? t('inspector.account.showFewer') : t('inspector.account.showAll', { count: sorted.length })}
        </button>
      )}
    </Section>
  )
}
