import type { WithoutRow } from '../../../src-main/common/contract/pages.ts'
import { useQuery } from '../../client/use-query.ts'
import { useFocus } from '../../state/focus.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { Explained } from '../../ui/explain.tsx'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { useNumbers } from '../../ui/numbers.ts'
import { Section } from '../../ui/panel.tsx'
import { runName, useRun } from './runs.tsx'
import { useChannelName } from './wording.ts'
import './pages.css'

const SHOWN = 5

/** What would be left of the community without the things and ties that hold it together. */
export function WithoutSection(props: { id: number; size: number }) {
  const t = useT()
  const { n } = useNumbers()
  const graphId = useWorkspace((s) => s.info?.runs.graph)
  const run = useRun(graphId)
  const query = useQuery('communities.without', props.size < 3 ? null : { id: props.id }, {
    on: ['facts', 'runs'],
    reset: true,
  })
  const data = query.data
  if (!data || data.edges === 0) return null
  const telling = data.rows
    .filter((r) => r.tied < data.now.tied || r.largest < data.now.largest)
    .slice(0, SHOWN)
  return (
    <Section
      title={t('pages.without.title')}
      testId="without"
      tools={
        <Explained
          what={t('pages.without.what')}
          how={t('pages.without.how')}
          run={runName(run, graphId ?? null)}
        >
          <span className="sh-quiet">{t('pages.without.ties', { count: data.edges })}</span>
        </Explained>
      }
    >
      {telling.length === 0 ? (
        <p className="sh-quiet">{t('pages.without.none', { size: n(data.size) })}</p>
      ) : (
        <ul className="lines">
          {telling.map((row) => (
            <Line key={`${row.type} ${row.entityId}`} row={row} size={data.size} />
          ))}
        </ul>
      )}
    </Section>
  )
}

function Line({ row, size }: { row: WithoutRow; size: number }) {
  const t = useT()
  const dynamic = useDynamicT()
  const { n } = useNumbers()
  const show = useFocus((s) => s.show)
  const channelName = useChannelName()
  const thing = dynamic('inspector.channel', row.type, row.type)
  const [before, after] = t('pages.without.line', { thing: '\u0000' }).split('\u0000')
  return (
    <li className="without-line">
      <div className="without-head">
        <span>
          {before}
          {row.entityId === null ? (
            channelName(row.type)
          ) : (
            <>
              {thing}{' '}
              <button
                type="button"
                className="link"
                onClick={() => show({ kind: 'entity', id: row.entityId! })}
              >
                {row.key}
              </button>
            </>
          )}
          {after}
        </span>
        <b>{t('pages.without.left', { tied: n(row.tied), size: n(size) })}</b>
      </div>
      <span className="without-bar" aria-hidden="true">
        <span className="without-tied" style={{ width: `${(100 * row.tied) / size}%` }} />
        <span
          className="without-largest"
          style={{ width: `${(100 * Math.min(row.largest, row.tied)) / size}%` }}
        />
      </span>
      <p className="sh-quiet">
        {row.tied === 0
          ? t('pages.without.nothing', { count: row.edgesLost })
          : t('pages.without.parts', {
              parts: n(row.parts),
              largest: n(row.largest),
              lost: n(row.edgesLost),
            })}
      </p>
    </li>
  )
}
