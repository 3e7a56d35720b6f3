import type { CommunityDetail, LineageLink } from '../../../src-main/common/contract/communities.ts'
import { useFocus } from '../../state/focus.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { Explained } from '../../ui/explain.tsx'
import { communityName, formatInstant, formatNumber } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { Section } from '../../ui/panel.tsx'
import { runName, useRun } from './runs.tsx'
import './trust.css'

/** What the community was in the earlier run: grown from C-12, part of one that split, new. */
export function LineageSection(props: { community: CommunityDetail }) {
  const t = useT()
  const zone = useWorkspace((s) => s.info?.tzOffset ?? 0)
  const { id, lineage } = props.community
  const run = useRun(lineage?.runId)
  if (lineage === null || lineage.links.length === 0) return null
  const date = formatInstant(lineage.earlierAt, zone)
  return (
    <Section
      title={t('trust.lineage.title')}
      testId="lineage"
      tools={
        <Explained
          what={t('trust.lineage.what', { date, run: lineage.earlierRunId })}
          run={runName(run, lineage.runId)}
        >
          <span className="sh-quiet">{date}</span>
        </Explained>
      }
    >
      <ul className="lines lineage">
        {lineage.links.map((link) => (
          <li key={`${link.kind} ${link.earlierId} ${link.laterId}`}>
            <LineageLine link={link} here={id} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

function LineageLine(props: { link: LineageLink; here: number }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const show = useFocus((s) => s.show)
  const { link, here } = props
  const values = {
    earlier: link.earlierId === null ? '' : communityName(link.earlierId),
    earlierSize: formatNumber(link.earlierSize, language),
    laterSize: formatNumber(link.laterSize, language),
    shared: formatNumber(link.shared, language),
  }
  const other = link.laterId !== here ? link.laterId : null
  if (other !== null) {
    return (
      <>
        {t('trust.lineage.part', values)}{' '}
        <button type="button" className="link" onClick={() => show({ kind: 'community', id: other })}>
          {communityName(other)}
        </button>
      </>
    )
  }
  return <>{t(`trust.lineage.${link.kind}` as 'trust.lineage.born', values)}</>
}
