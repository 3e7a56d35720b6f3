import { Button } from '@blueprintjs/core'
import { useState } from 'react'
import { SIMILARITY_PARTS, type SimilarAccount } from '../../../src-main/common/contract/sharing.ts'
import { useQuery } from '../../client/use-query.ts'
import { useFocus } from '../../state/focus.ts'
import { useSelection } from '../../state/selection.ts'
import { KnowledgeTag } from '../../ui/chip.tsx'
import { Section } from '../../ui/panel.tsx'
import { ErrorState, Spinner } from '../../ui/states.tsx'
import { AccountName } from '../../ui/text.tsx'
import { percentText, thingName } from './edge-sentence.ts'
import { NearDuplicates } from './near-duplicates.tsx'
import './sharing.css'
import { useWording } from './wording.ts'

const FIRST = 6
const ALL = 40
/** Parts below this are not worth a word. */
const WORTH = 0.02

/** The accounts most like this one, each with what makes it so. */
export function SimilarAccountsSection(props: { id: number }) {
  const { t } = useWording()
  const [all, setAll] = useState(false)
  const [duplicates, setDuplicates] = useState(false)
  const patch = useSelection((s) => s.patch)
  const similar = useQuery(
    'accounts.similar',
    { id: props.id, limit: all ? ALL : FIRST },
    { on: ['facts', 'runs'] },
  )
  const data = similar.data?.account === props.id ? similar.data : undefined
  return (
    <Section
      testId="similar-accounts"
      title={t('sharing.similar.title')}
      tools={
        data && data.rows.length > 0 ? (
          <Button
            size="small"
            variant="minimal"
            icon="small-plus"
            text={t('sharing.similar.selectThese')}
            onClick={() => patch({ accounts: [props.id, ...data.rows.map((row) => row.id)] })}
          />
        ) : undefined
      }
    >
      <p className="sh-quiet section-note">
        {t('sharing.similar.about')} {data && t('sharing.similar.compared', { count: data.candidates })}
        {data?.cut && <> {t('sharing.similar.cut')}</>}
      </p>
      {similar.error && <ErrorState error={similar.error} onRetry={similar.refetch} compact />}
      {!data && !similar.error && <Spinner size={16} />}
      {data?.rows.length === 0 && <p className="sh-quiet">{t('sharing.similar.none')}</p>}
      <ul className="lines similar">
        {data?.rows.map((row) => (
          <Similar key={row.id} row={row} of={props.id} name={data.keys[row.id] ?? String(row.id)} />
        ))}
      </ul>
      <p className="similar-more">
        {data && data.rows.length >= FIRST && (
          <button type="button" className="link" onClick={() => setAll(!all)}>
            {t(all ? 'inspector.account.showFewer' : 'sharing.similar.more')}
          </button>
        )}
        <button
          type="button"
          className="link"
          aria-expanded={duplicates}
          data-testid="show-duplicates"
          onClick={() => setDuplicates(!duplicates)}
        >
          {t('sharing.duplicates.show')} <span aria-hidden="true">{duplicates ? '▴' : '▾'}</span>
        </button>
      </p>
      {duplicates && <NearDuplicates account={props.id} />}
    </Section>
  )
}

function Similar(props: { row: SimilarAccount; of: number; name: string }) {
  const wording = useWording()
  const { t, language } = wording
  const show = useFocus((s) => s.show)
  const { row } = props
  const percent = (share: number) => percentText(share, language)
  const said: string[] = []
  const worth = (part: (typeof SIMILARITY_PARTS)[number]) => (row.parts[part] ?? 0) >= WORTH
  if (worth('entities') && row.shared.length > 0) {
    const thing = thingName(row.shared[0]!, wording)
    said.push(
      row.shared.length === 1 ? thing : t('sharing.similar.sharedMore', { thing, all: row.shared.length }),
    )
  }
  if (worth('texts') && row.text)
    said.push(t(`sharing.similar.text_${row.text.of}`, { percent: percent(row.text.similarity) }))
  if (worth('rhythm') && row.rhythm) {
    said.push(
      row.rhythm.together >= 2
        ? t('sharing.similar.together', { count: row.rhythm.together })
        : t('sharing.similar.hours'),
    )
  }
  if (worth('neighbourhood') && row.neighbourhood)
    said.push(t('sharing.similar.neighbours', { count: row.neighbourhood.common }))
  const parts = SIMILARITY_PARTS.filter((part) => row.parts[part] !== null)
    .map((part) =>
      t('sharing.similar.partScore', {
        part: t(`sharing.similar.part.${part}`),
        percent: percent(row.parts[part]!),
      }),
    )
    .join('\n')
  return (
    <li className="similar-line">
      <div className="similar-head">
        <button type="button" className="link" onClick={() => show({ kind: 'account', id: row.id })}>
          <AccountName id={row.id} name={props.name} />
        </button>
        <KnowledgeTag kind="inferred" title={parts}>
          {percent(row.score)}
        </KnowledgeTag>
      </div>
      <button
        type="button"
        className="similar-why sh-quiet"
        title={t('sharing.similar.why')}
        onClick={() => show({ kind: 'edge', a: props.of, b: row.id })}
      >
        {said.join(' · ')}
      </button>
      {worth('texts') && row.text && <p className="edge-excerpt sh-quiet">{row.text.theirs}</p>}
    </li>
  )
}
