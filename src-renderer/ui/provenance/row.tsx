import { Callout } from '@blueprintjs/core'
import type {
  ProvenanceCell,
  ProvenanceRow,
  ProvenanceSource,
} from '../../../src-main/common/contract/provenance.ts'
import type { TableName } from '../../../src-main/common/mapping/roles.ts'
import { usePrefs } from '../../state/prefs.ts'
import { formatBytes, formatNumber } from '../format.ts'
import { useDynamicT, useT } from '../i18n/index.ts'
import { KeyValue } from '../panel.tsx'
import { HashText, TimeText } from '../text.tsx'
import { useProblemWords } from './problem-words.ts'

/** Characters of a cell that are shown; copying takes all of them. */
const SHOWN = 2000

/** A row of a file as it stood there, and what is to be known of the file. */
export function RowAsItWas(props: {
  source: ProvenanceSource
  row: ProvenanceRow
  hidden: boolean
  /** What the row is asked for as: the cells that made it are marked. */
  to?: TableName | undefined
}) {
  const t = useT()
  const dynamic = useDynamicT()
  const language = usePrefs((s) => s.language)
  const { source, row, hidden } = props
  const local = (ms: number) => -new Date(ms).getTimezoneOffset()
  const became = [...new Set(source.outputs.map(({ to }) => to))]
  return (
    <>
      <KeyValue
        rows={[
          { key: 'file', name: t('provenance.file'), value: <bdi>{fileOf(source)}</bdi>, title: source.path },
          { key: 'entry', name: t('provenance.entry'), value: source.entry && <bdi>{source.entry}</bdi> },
          { key: 'part', name: t('provenance.part'), value: source.part || null },
          { key: 'sha', name: 'SHA-256', value: <HashText hash={source.sha256} length={24} /> },
          {
            key: 'row',
            name: t('provenance.row'),
            value: (
              <>
                <b data-testid="provenance-row">{formatNumber(row.row, language)}</b>
                <span className="sh-quiet">
                  {' · '}
                  {formatBytes(source.bytes, language)} · {source.format} · {source.encoding}
                </span>
              </>
            ),
          },
          {
            key: 'imported',
            name: t('provenance.imported'),
            value: (
              <>
                <TimeText ms={source.importedAt} zone={local(source.importedAt)} seconds showZone />
                {source.job && (
                  <span className="sh-quiet">
                    {' · '}
                    {t('provenance.job', {
                      id: source.job.id,
                      kind: dynamic('frame.job', source.job.kind, source.job.kind),
                    })}
                  </span>
                )}
              </>
            ),
          },
          {
            key: 'written',
            name: t('provenance.written'),
            value: source.modifiedAt !== null && (
              <TimeText ms={source.modifiedAt} zone={local(source.modifiedAt)} seconds showZone />
            ),
          },
          {
            key: 'mapping',
            name: t('provenance.mapping'),
            value: (
              <>
                {source.mapping ?? t('provenance.unnamed')}
                {became.length > 0 && (
                  <span className="sh-quiet">
                    {' → '}
                    {became.map((to) => dynamic('import.table', to)).join(t('mapping.and'))}
                  </span>
                )}
              </>
            ),
          },
          {
            key: 'retry',
            name: t('provenance.retry'),
            value: source.retryOf !== null && t('provenance.retried'),
          },
        ].filter((one) => one.value !== false)}
      />
      {row.problem && <Problem source={source} row={row} problem={row.problem} />}
      {hidden ? (
        <p className="sh-quiet" data-testid="provenance-hidden">
          {t('provenance.hidden')}
        </p>
      ) : row.cells === null && row.text === null ? (
        source.lost !== null ? (
          <Callout intent="warning" icon={null} compact data-testid="provenance-lost">
            {t(`provenance.lost.${source.lost}`)}
          </Callout>
        ) : (
          <p className="sh-quiet">{t('provenance.noRow')}</p>
        )
      ) : (
        <>
          {source.from === 'file' && (
            <p className="sh-quiet">
              {t(source.damaged ? 'provenance.fromFileDamaged' : 'provenance.fromFile')}
            </p>
          )}
          {row.cells && <Cells cells={row.cells} to={props.to} tables={became.length} />}
          {row.text !== null && (
            <>
              <p className="sh-caps">{t('provenance.text')}</p>
              <pre className="sh-provenance-text" tabIndex={0} data-testid="provenance-text">
                {clip(row.text)}
              </pre>
            </>
          )}
        </>
      )}
    </>
  )
}

function Problem(props: {
  source: ProvenanceSource
  row: ProvenanceRow
  problem: NonNullable<ProvenanceRow['problem']>
}) {
  const dynamic = useDynamicT()
  const words = useProblemWords()
  const { source, row, problem } = props
  const cells = row.cells?.flatMap(({ value }) => value ?? []) ?? null
  const said = words(problem.code, source.columns, { ...problem, cells })
  return (
    <Callout intent="warning" icon={null} compact className="sh-provenance-problem">
      <b>{dynamic('import.problem', problem.code, problem.code)}</b>
      <br />
      <span {...(said === null && { lang: 'en' })}>{said ?? problem.message}</span>
    </Callout>
  )
}

/** Column, cell, and what it became. Cells that made the fact are marked; a cell that is used elsewhere is named, too. */
function Cells(props: {
  cells: readonly ProvenanceCell[]
  to: TableName | undefined
  /** Tables of facts that a row becomes: where it is one, its name says nothing. */
  tables: number
}) {
  const t = useT()
  const dynamic = useDynamicT()
  const { cells, to } = props
  const made = (cell: ProvenanceCell) =>
    cell.uses.filter((use) => (to === undefined || use.to === to) && use.role !== 'attribute')
  // Sources of early versions do not say what their columns were for.
  const known = cells.some(({ uses }) => uses.length > 0)
  const words = (cell: ProvenanceCell) => {
    const own = cell.uses.filter((use) => to === undefined || use.to === to)
    const shown = own.length > 0 ? own : cell.uses
    return [
      ...new Set(
        shown.map(({ to: table, role }) => {
          const said = role === 'attribute' ? t('provenance.attribute') : dynamic('mapping.role', role, role)
          return props.tables > 1
            ? t('provenance.use', { table: dynamic('import.table', table), role: said })
            : said
        }),
      ),
    ].join(' · ')
  }
  return (
    <div className="sh-provenance-cells" tabIndex={0} role="region" aria-label={t('provenance.cells')}>
      <table data-testid="provenance-cells">
        <caption className="sh-caps">{t('provenance.cells')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('provenance.column')}</th>
            <th scope="col">{t('provenance.value')}</th>
            {known && <th scope="col">{t('provenance.became')}</th>}
          </tr>
        </thead>
        <tbody>
          {cells.map((cell, i) => (
            <tr key={i} className={made(cell).length > 0 ? 'is-used' : ''}>
              <th scope="row">
                {cell.column || <span className="sh-quiet">{t('provenance.noColumn')}</span>}
              </th>
              <td>
                {cell.value === null ? (
                  <span className="sh-quiet">{t('provenance.noCell')}</span>
                ) : cell.value === '' ? (
                  <span className="sh-quiet">{t('provenance.empty')}</span>
                ) : (
                  <bdi>{clip(cell.value)}</bdi>
                )}
              </td>
              {known && <td className="sh-quiet">{words(cell)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const fileOf = ({ path }: ProvenanceSource) => path.split(/[\\/]/).at(-1) ?? path
const clip = (text: string) => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text)
