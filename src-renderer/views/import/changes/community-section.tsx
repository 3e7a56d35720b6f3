import { Button } from '@blueprintjs/core'
import { useState } from 'react'
import type { CommunityChange, CommunityChanges } from '../../../../src-main/common/contract/changes.ts'
import { toErrorShape } from '../../../../src-main/common/errors.ts'
import { api } from '../../../client/api.ts'
import { useQuery } from '../../../client/use-query.ts'
import { useFocus } from '../../../state/focus.ts'
import { isActive, useJobs } from '../../../state/jobs.ts'
import { useLayout } from '../../../state/layout.ts'
import { usePrefs } from '../../../state/prefs.ts'
import { useWorkspace } from '../../../state/workspace.ts'
import { KnowledgeTag } from '../../../ui/chip.tsx'
import { Explained } from '../../../ui/explain.tsx'
import { communityName, formatInstant, formatNumber } from '../../../ui/format.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { Section } from '../../../ui/panel.tsx'
import { ErrorState, Spinner } from '../../../ui/states.tsx'
import { useToasts } from '../../../ui/toast.tsx'
import { runName, useRun } from '../../inspector/runs.tsx'
import { memberWords } from './words.ts'

const STEP = 30
const KINDS = ['split', 'merged', 'grown', 'shrunk', 'born', 'gone', 'same'] as const

/** What became of the communities that were shown before the import, and whom of their members it changed. */
export function CommunitySection(props: {
  which: { job: number; earlier?: number }
  changes: CommunityChanges
}) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const zone = useWorkspace((s) => s.info?.tzOffset ?? 0)
  const { changes, which } = props
  const run = useRun(changes.runId)
  const [limit, setLimit] = useState(STEP)
  const query = useQuery('changes.communities', changes.state === 'ready' ? { ...which, limit } : null, {
    on: ['facts', 'runs'],
  })
  const number = (n: number) => formatNumber(n, language)
  const { counts } = changes
  if (changes.state !== 'ready' || counts === null)
    return (
      <Section title={t('changes.communities.title')} testId="changes-communities">
        {changes.state === 'after' ? (
          <AnalyzeOffer />
        ) : (
          <p className="sh-quiet">
            {t(changes.state === 'before' ? 'changes.communities.before' : 'changes.communities.unlike')}
          </p>
        )}
      </Section>
    )
  const list = query.data
  return (
    <Section
      title={
        <>
          {t('changes.communities.title')}{' '}
          <KnowledgeTag kind="inferred">{t('common.knowledge.inferred')}</KnowledgeTag>
        </>
      }
      testId="changes-communities"
      tools={
        <Explained what={t('changes.communities.about')} run={runName(run, changes.runId)}>
          <span className="sh-quiet">
            {t('changes.communities.since', { date: formatInstant(changes.earlierAt ?? 0, zone) })}
          </span>
        </Explained>
      }
    >
      <p className="sh-changes-counts">
        {KINDS.filter((kind) => counts[kind] > 0).map((kind) => (
          <span key={kind}>
            {t('changes.communities.count', {
              n: number(counts[kind]),
              kind: t(`trust.lineage.kind.${kind}`),
            })}
          </span>
        ))}
      </p>
      {!changes.shown && <p className="sh-quiet">{t('changes.communities.otherShown')}</p>}
      {query.error && <ErrorState error={query.error} onRetry={query.refetch} compact />}
      {!list && !query.error && <Spinner />}
      {list && list.total === 0 && <p className="sh-quiet">{t('changes.communities.none')}</p>}
      {list && (
        <ul className="sh-changes-lineage">
          {list.rows.map((link) => (
            <li
              key={`${link.kind} ${link.earlierId} ${link.laterId}`}
              data-testid="changes-community"
              data-kind={link.kind}
            >
              <CommunityLine link={link} shown={changes.shown} />
            </li>
          ))}
        </ul>
      )}
      {list && list.rows.length < list.total && limit < 1000 && (
        <Button
          size="small"
          variant="minimal"
          text={t('changes.communities.more', { n: number(list.total - list.rows.length) })}
          onClick={() => setLimit((n) => Math.min(1000, n * 3))}
        />
      )}
    </Section>
  )
}

function CommunityLine({ link, shown }: { link: CommunityChange; shown: boolean }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const show = useFocus((s) => s.show)
  const showPanel = useLayout((s) => s.show)
  const number = (n: number) => formatNumber(n, language)
  const words = memberWords(link, t, number)
  const name = link.laterId === null ? null : communityName(link.laterId)
  return (
    <>
      <span>
        {t(`changes.communities.${link.kind}`, {
          earlier: link.earlierId === null ? '' : communityName(link.earlierId),
          earlierSize: number(link.earlierSize),
          laterSize: number(link.laterSize),
          shared: number(link.shared),
        })}{' '}
        {name !== null &&
          (shown ? (
            <button
              type="button"
              className="link"
              aria-label={t('changes.communities.open', { name })}
              onClick={() => {
                show({ kind: 'community', id: link.laterId! })
                showPanel('inspector')
              }}
            >
              {name}
            </button>
          ) : (
            name
          ))}
      </span>
      {words !== '' && <span className="sh-quiet">{t('changes.communities.members', { list: words })}</span>}
    </>
  )
}

function AnalyzeOffer() {
  const t = useT()
  const busy = useJobs((s) => s.jobs.some(isActive))
  const say = useToasts((s) => s.say)
  const analyze = () =>
    api.call('analysis.start', {}).catch((error: unknown) => {
      say(toErrorShape(error).message, 'failed')
    })
  return (
    <>
      <p className="sh-quiet">{t('changes.communities.after')}</p>
      <Button
        size="small"
        icon="play"
        disabled={busy}
        text={t('changes.communities.analyze')}
        data-testid="changes-analyze"
        onClick={() => void analyze()}
      />
    </>
  )
}
