import { useCallback, useMemo } from 'react'
import type { SourceRow } from '../../../src-main/common/contract/jobs.ts'
import type { Query } from '../../client/use-query.ts'
import { usePrefs } from '../../state/prefs.ts'
import { Explained } from '../../ui/explain.tsx'
import { formatBytes } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { useProvenance } from '../../ui/provenance/state.ts'
import { ErrorState } from '../../ui/states.tsx'
import { HashText, NumberText } from '../../ui/text.tsx'
import { sourceNames } from './source-names.ts'

/** Every file that facts came from: hash, rows in, and where each row went. */
export function SourceTable({ sources }: { sources: Query<SourceRow[]> }) {
  const t = useT()
  const dynamic = useDynamicT()
  const language = usePrefs((s) => s.language)
  const wanted = useProvenance((s) => s.source)
  // Each time it is asked for, also where it is the same one.
  const reveal = useCallback(
    (row: HTMLTableRowElement | null) => {
      if (!wanted || !row) return
      row.scrollIntoView({ block: 'center' })
      row.focus({ preventScroll: true })
    },
    [wanted],
  )
  const names = useMemo(() => sourceNames(sources.data ?? []), [sources.data])
  if (sources.error) return <ErrorState error={sources.error} onRetry={sources.refetch} compact />
  if (!sources.data || sources.data.length === 0) return <p className="sh-quiet">{t('import.noSources')}</p>
  return (
    <div className="sh-sources" data-testid="sources">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('import.column.file')}</th>
            <th scope="col">{t('import.column.table')}</th>
            <th scope="col">{t('import.column.sha256')}</th>
            <th scope="col" className="sh-num">
              {t('import.column.size')}
            </th>
            <th scope="col" className="sh-num">
              <Explained what={t('import.column.rowsWhat')}>{t('import.column.rows')}</Explained>
            </th>
            <th scope="col" className="sh-num">
              {t('import.column.stored')}
            </th>
            <th scope="col" className="sh-num">
              {t('import.column.problems')}
            </th>
          </tr>
        </thead>
        <tbody>
          {sources.data.map((source, i) => (
            <tr
              key={source.id}
              data-testid="source-row"
              {...(wanted?.id === source.id && { ref: reveal, tabIndex: -1, className: 'is-wanted' })}
            >
              <td title={source.entry ? `${source.path} › ${source.entry}` : source.path}>
                {names[i]}
                {source.part !== '' && <span className="sh-quiet"> › {source.part}</span>}
              </td>
              <td>{dynamic('import.table', source.table)}</td>
              <td>
                <HashText hash={source.sha256} />
              </td>
              <td className="sh-num" title={source.encoding}>
                {formatBytes(source.bytes, language)}
              </td>
              <td className="sh-num">
                <NumberText value={source.rowsIn} />
              </td>
              <td className="sh-num">
                {source.status === 'duplicate' ? (
                  <span className="sh-quiet">{t('import.duplicate')}</span>
                ) : (
                  <NumberText value={source.rowsStored} />
                )}
              </td>
              <td className={source.problems > 0 ? 'sh-num sh-warn' : 'sh-num'}>
                <NumberText value={source.problems} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
