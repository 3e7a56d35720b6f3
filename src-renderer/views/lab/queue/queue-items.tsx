import { useEffect, useId, useRef } from 'react'
import { communityName } from '../../../ui/format.ts'
import { useDynamicT, useT } from '../../../ui/i18n/index.ts'
import { RiskScore } from '../../../ui/risk.tsx'
import { AccountName } from '../../../ui/text.tsx'
import type { Opinions } from './opinions.ts'
import type { Candidate, Mark, Sitting } from './sitting.ts'

/** The list one works through: what is said of each account stays beside it. */
export function QueueItems(props: {
  sitting: Sitting
  opinions: ReadonlyMap<number, Opinions>
  onChoose(id: number): void
}) {
  const t = useT()
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const { sitting } = props
  const choose = (accountId: number) => {
    props.onChoose(accountId)
    list.current?.focus()
  }
  useEffect(() => {
    // happy-dom has no layout, and so no scrolling.
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView?.({ block: 'nearest' })
  }, [sitting.at])
  return (
    <div
      className="lab-queue-items"
      role="listbox"
      tabIndex={0}
      ref={list}
      aria-label={t('label.listLabel')}
      aria-activedescendant={sitting.at === null ? undefined : `${id}-${sitting.at}`}
    >
      {sitting.items.map((item) => (
        <div
          key={item.accountId}
          id={`${id}-${item.accountId}`}
          role="option"
          aria-selected={item.accountId === sitting.at}
          className={item.accountId in sitting.marks ? 'is-marked' : undefined}
          data-testid="queue-item"
          data-mark={sitting.marks[item.accountId]}
          tabIndex={-1}
          onClick={() => choose(item.accountId)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') choose(item.accountId)
          }}
        >
          <span className="lab-queue-name">
            <AccountName id={item.accountId} name={item.key} />
          </span>
          <span className="lab-queue-end">
            <MarkTag mark={sitting.marks[item.accountId]} score={item.score} />
          </span>
          <span className="lab-queue-why sh-quiet">
            <Why item={item} opinions={props.opinions.get(item.accountId)} />
          </span>
        </div>
      ))}
    </div>
  )
}

function MarkTag(props: { mark: Mark | undefined; score: number | null }) {
  const t = useT()
  const { mark } = props
  if (mark === undefined) return props.score === null ? null : <RiskScore score={props.score} />
  if (mark === 'skipped') return <span className="sh-quiet">{t('label.skipped')}</span>
  return <span className="sh-tag sh-tag-judged">{t(`common.verdict.${mark}`)}</span>
}

/** The main reason why it is asked, and where it is. */
function Why(props: { item: Candidate; opinions: Opinions | undefined }) {
  const t = useT()
  const dynamic = useDynamicT()
  const { item, opinions } = props
  if (item.recheck) return t('label.why.recheck')
  if (opinions)
    return opinions.rows
      .map((row) => `${row.by.replace(/^import:/, '')}: ${dynamic('common.verdict', row.label, row.label)}`)
      .join(' · ')
  const main = [...item.why].sort((a, b) => b.share - a.share)[0]
  const where = item.community === null ? null : communityName(item.community)
  return [main && t(`label.why.${main.code}`), where].filter(Boolean).join(' · ')
}
