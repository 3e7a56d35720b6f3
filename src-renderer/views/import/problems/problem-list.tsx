import { Callout, Icon } from '@blueprintjs/core'
import { useState } from 'react'
import type { ProblemKind, ProblemOverview } from '../../../../src-main/common/contract/problems.ts'
import { useQuery } from '../../../client/use-query.ts'
import { usePrefs } from '../../../state/prefs.ts'
import { formatNumber } from '../../../ui/format.ts'
import { useDynamicT, useT } from '../../../ui/i18n/index.ts'
import { ErrorState } from '../../../ui/states.tsx'
import { ExportButton } from './export-button.tsx'
import { KindPart } from './kind-part.tsx'
import './problems.css'

/**
 * Rows that could not be stored, by what is wrong with them and by file, with the rows themselves; and the sum that shows
 * that no row was dropped unseen.
 */
export function ProblemList() {
  const t = useT()
  const hidden = usePrefs((s) => s.hideNames)
  const { data, error, refetch } = useQuery('problems.overview', {}, { on: ['facts'] })
  const [open, setOpen] = useState<string | null>(null)
  if (error) return <ErrorState error={error} onRetry={refetch} compact />
  if (!data) return null
  return (
    <>
      <Sum overview={data} />
      {data.kinds.length === 0 ? (
        data.sum.rowsIn > 0 && <p className="sh-quiet">{t('import.problems.none')}</p>
      ) : (
        <>
          <ul className="sh-problems">
            {data.kinds.map((kind) => (
              <li key={kind.code}>
                <KindLine
                  kind={kind}
                  open={open === kind.code}
                  onToggle={() => setOpen(open === kind.code ? null : kind.code)}
                />
                {open === kind.code && (
                  <div className="sh-problem-parts">
                    {kind.parts.map((part) => (
                      <KindPart key={part.sourceId} code={kind.code} part={part} />
                    ))}
                  </div>
                )}
              </li>
            ))}
          </ul>
          {hidden ? (
            <p className="sh-quiet">{t('problems.hidden')}</p>
          ) : (
            <ExportButton name="problems" label={t('problems.exportAll')} />
          )}
        </>
      )}
    </>
  )
}

/** Rows in = stored + problems, for everything that was imported; what to do where it ever should not hold. */
function Sum({ overview: { sum, broken } }: { overview: ProblemOverview }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const n = (value: number) => formatNumber(value, language)
  if (sum.rowsIn === 0 && sum.holds) return <p className="sh-quiet">{t('import.noSources')}</p>
  const words = t('problems.sum', {
    rowsIn: n(sum.rowsIn),
    stored: n(sum.rowsStored),
    problems: n(sum.problems),
  })
  if (sum.holds)
    return (
      <p className="sh-problem-sum" data-testid="problem-sum" title={t('problems.holds')}>
        <Icon icon="tick" size={12} title={t('problems.holds')} />
        {words}
      </p>
    )
  return (
    <Callout intent="danger" title={t('problems.broken')} data-testid="problem-sum-broken">
      <p>{words}</p>
      <p>{t('problems.brokenAbout')}</p>
      <ul>
        {broken.slice(0, 20).map(({ sourceId, file, rowsIn, rowsStored, problems, listed }) => (
          <li key={sourceId}>
            {t('problems.brokenOne', {
              file: fileName(file),
              rowsIn: n(rowsIn),
              stored: n(rowsStored),
              problems: n(problems),
              listed: n(listed),
            })}
          </li>
        ))}
      </ul>
    </Callout>
  )
}

function KindLine(props: { kind: ProblemKind; open: boolean; onToggle(): void }) {
  const dynamic = useDynamicT()
  const language = usePrefs((s) => s.language)
  const { kind, open } = props
  return (
    <button
      type="button"
      aria-expanded={open}
      className="sh-problem-group"
      data-testid="problem-group"
      data-code={kind.code}
      onClick={props.onToggle}
    >
      <Icon icon={open ? 'chevron-down' : 'chevron-right'} size={12} />
      <span>{dynamic('import.problem', kind.code, kind.code)}</span>
      <span className="sh-quiet sh-problem-files" title={kind.parts.map(({ file }) => file).join('\n')}>
        {[...new Set(kind.parts.map(({ file }) => fileName(file)))].slice(0, 3).join(' · ')}
      </span>
      <span className="sh-num">{formatNumber(kind.count, language)}</span>
    </button>
  )
}

/** 'logins.csv' of a path or a member of an archive. */
export function fileName(file: string): string {
  return file.split(/[\\/]/).at(-1) ?? file
}
