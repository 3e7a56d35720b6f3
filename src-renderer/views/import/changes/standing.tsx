import { useQuery } from '../../../client/use-query.ts'
import { usePrefs } from '../../../state/prefs.ts'
import { useWorkspace } from '../../../state/workspace.ts'
import { KnowledgeTag } from '../../../ui/chip.tsx'
import { formatInstant, formatNumber, formatZone } from '../../../ui/format.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { Section } from '../../../ui/panel.tsx'
import { openChanges } from './state.ts'
import { fieldName, fieldValues, memberWords } from './words.ts'
import './standing.css'

/** On an account's page: gone from, new in or changed by the newest export. Nothing where it is as it was. */
export function AccountStandingSection({ id }: { id: number }) {
  const t = useT()
  const zone = useWorkspace((s) => s.info?.tzOffset ?? 0)
  const { data } = useQuery('changes.account', { id }, { on: ['facts'], reset: true })
  if (!data || data.kind === 'unchanged') return null
  const date = dateWords(data.at, zone)
  const earlier = data.earlierAt === null ? '' : dateWords(data.earlierAt, zone)
  return (
    <Section
      title={
        <>
          {t('changes.standing.title')}{' '}
          <KnowledgeTag kind="observed">{t('common.knowledge.observed')}</KnowledgeTag>
        </>
      }
      testId="standing"
      tools={<OpenChanges job={data.job} />}
    >
      <p className={data.kind === 'gone' ? 'sh-standing is-gone' : 'sh-standing'}>
        {t(`changes.standing.${data.kind}`, { date, earlier })}
      </p>
      {data.fields.length > 0 && (
        <ul className="sh-standing-fields">
          {data.fields.map((field) => {
            const [before, after] = fieldValues(field, t, zone)
            return (
              <li key={field.name}>
                {t('changes.standing.change', { name: fieldName(field.name, t), before, after })}
              </li>
            )
          })}
        </ul>
      )}
    </Section>
  )
}

/** On a community's page: how many of its members the newest export changed. Nothing where none. */
export function CommunityStanding({ id }: { id: number }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const zone = useWorkspace((s) => s.info?.tzOffset ?? 0)
  const { data } = useQuery('changes.community', { id }, { on: ['facts', 'runs'], reset: true })
  const list = data ? memberWords(data, t, (n) => formatNumber(n, language)) : ''
  if (!data || list === '') return null
  return (
    <Section title={t('changes.standing.title')} testId="standing" tools={<OpenChanges job={data.job} />}>
      <p className="sh-standing">{t('changes.community.line', { date: dateWords(data.at, zone), list })}</p>
    </Section>
  )
}

const dateWords = (ms: number, zone: number) => `${formatInstant(ms, zone)} ${formatZone(zone)}`

function OpenChanges({ job }: { job: number }) {
  const t = useT()
  return (
    <button type="button" className="link" onClick={() => openChanges(job)}>
      {t('changes.open')}
    </button>
  )
}
