import { Button, Icon } from '@blueprintjs/core'
import { useState } from 'react'
import type { ProblemGroup } from '../../../src-main/common/contract/jobs.ts'
import { useQuery, type Query } from '../../client/use-query.ts'
import { usePrefs } from '../../state/prefs.ts'
import { formatNumber } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { ErrorState, Spinner } from '../../ui/states.tsx'

const STEP = 20

/** Rows that could not be stored, grouped by what is wrong with them; a group opens to the rows themselves. */
export function ProblemList({ groups }: { groups: Query<ProblemGroup[]> }) {
  const t = useT()
  const [open, setOpen] = useState<string | null>(null)
  if (groups.error) return <ErrorState error={groups.error} onRetry={groups.refetch} compact />
  if (!groups.data || groups.data.length === 0) return <p className="sh-quiet">{t('import.problems.none')}</p>
  return (
    <ul className="sh-problems">
      {groups.data.map((group) => {
        const key = `${group.sourceId}:${group.code}`
        return (
          <li key={key}>
            <GroupLine
              group={group}
              open={open === key}
              onToggle={() => setOpen(open === key ? null : key)}
            />
            {open === key && <Samples group={group} />}
          </li>
        )
      })}
    </ul>
  )
}

function GroupLine(props: { group: ProblemGroup; open: boolean; onToggle(): void }) {
  const dynamic = useDynamicT()
  const language = usePrefs((s) => s.language)
  const { group, open } = props
  return (
    <button
      type="button"
      aria-expanded={open}
      className="sh-problem-group"
      data-testid="problem-group"
      onClick={props.onToggle}
    >
      <Icon icon={open ? 'chevron-down' : 'chevron-right'} size={12} />
      <span>{dynamic('import.problem', group.code, group.code)}</span>
      <span className="sh-quiet" title={group.file}>
        {group.file.split(/[\\/]/).at(-1)}
      </span>
      <span className="sh-num">{formatNumber(group.count, language)}</span>
    </button>
  )
}

function Samples({ group }: { group: ProblemGroup }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const [limit, setLimit] = useState(STEP)
  const { data, error, refetch } = useQuery('imports.problems', {
    sourceId: group.sourceId,
    code: group.code,
    limit,
  })
  if (error) return <ErrorState error={error} onRetry={refetch} compact />
  if (!data) return <Spinner />
  return (
    <div className="sh-problem-rows">
      {data.rows.map((row) => (
        <div key={row.id} className="sh-problem-row" data-testid="problem-row">
          <div>
            <span className="sh-quiet">
              {t('import.problems.row', { row: formatNumber(row.row, language) })}
              {row.column && ` · ${row.column}`}
            </span>
            <br />
            {row.message}
          </div>
          {row.raw && <code>{row.raw}</code>}
        </div>
      ))}
      {data.rows.length < data.total && limit < 1000 && (
        <Button
          variant="minimal"
          size="small"
          text={t('import.problems.more', {
            shown: formatNumber(data.rows.length, language),
            total: formatNumber(data.total, language),
          })}
          onClick={() => setLimit((n) => Math.min(1000, n * 3))}
        />
      )}
    </div>
  )
}
