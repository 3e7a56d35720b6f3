import { useQuery } from '../../client/use-query.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { Explained } from '../../ui/explain.tsx'
import { formatInstant, formatNumber } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { openChanges } from '../import/changes/state.ts'
import { useComparable } from '../import/changes/use-comparable.ts'
import { runName, useRun } from '../inspector/runs.tsx'
import type { Only } from './only-filter.tsx'

/** In the order of a reader's interest; what is gone has no row to show. */
const KINDS = ['born', 'grown', 'merged', 'split', 'shrunk', 'same', 'gone'] as const
const ROWS: Partial<Record<(typeof KINDS)[number], Only>> = {
  born: 'born',
  grown: 'grown',
  merged: 'merged',
  split: 'split',
  shrunk: 'shrunk',
}

/** One line on what changed since the earlier run; its numbers filter the table. Nothing where there is no such run. */
export function LineageBar(props: { only: Only; onChange(only: Only): void }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const zone = useWorkspace((s) => s.info?.tzOffset ?? 0)
  const id = useWorkspace((s) => s.info?.runs.lineage)
  const query = useQuery('communities.lineage', id === undefined ? null : { limit: 1 }, { on: ['runs'] })
  const run = useRun(id)
  const comparable = useComparable()
  const lineage = query.data
  if (!lineage) return null
  // The communities of before know nothing of an import that came later: that is what changed them.
  const between = comparable.find(({ at }) => at > lineage.earlierAt)
  const date = formatInstant(lineage.earlierAt, zone)
  return (
    <div className="lineage-bar" data-testid="lineage-bar">
      <Explained
        what={t('trust.lineage.what', { date, run: lineage.earlierRunId })}
        run={runName(run, lineage.runId)}
      >
        <span className="sh-quiet">{t('trust.lineage.since', { date })}</span>
      </Explained>
      {KINDS.filter((kind) => lineage.counts[kind] > 0).map((kind) => {
        const only = ROWS[kind]
        const words = t('communities.lineageCount', {
          n: formatNumber(lineage.counts[kind], language),
          kind: t(`trust.lineage.kind.${kind}`),
        })
        if (only === undefined) return <span key={kind}>{words}</span>
        return (
          <button
            key={kind}
            type="button"
            className="link"
            aria-pressed={props.only === only}
            onClick={() => props.onChange(props.only === only ? 'all' : only)}
          >
            {words}
          </button>
        )
      })}
      {between && (
        <button
          type="button"
          className="link lineage-changes"
          title={t('changes.openAbout')}
          data-testid="lineage-changes"
          onClick={() => openChanges(between.job)}
        >
          {t('changes.open')}
        </button>
      )}
    </div>
  )
}
