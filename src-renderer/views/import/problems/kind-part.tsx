import { Button } from '@blueprintjs/core'
import { useState } from 'react'
import type {
  ProblemPart,
  ProblemSample,
  ProblemSamples,
} from '../../../../src-main/common/contract/problems.ts'
import { toErrorShape } from '../../../../src-main/common/errors.ts'
import { useQuery } from '../../../client/use-query.ts'
import { isActive, useJobs } from '../../../state/jobs.ts'
import { usePrefs } from '../../../state/prefs.ts'
import { formatNumber } from '../../../ui/format.ts'
import { useDynamicT, useT } from '../../../ui/i18n/index.ts'
import { useProblemWords } from '../../../ui/provenance/problem-words.ts'
import { useProvenance } from '../../../ui/provenance/state.ts'
import { ErrorState, Spinner } from '../../../ui/states.tsx'
import { useToasts } from '../../../ui/toast.tsx'
import { beginRetry } from '../mapping/draft.ts'
import { ExportButton } from './export-button.tsx'
import { fileName } from './problem-list.tsx'

/** Rows that are shown at first, and how many times as many each time. */
const STEP = 10
const MOST = 200

/** The rows of one file that have one problem: their cells, the one at fault marked; export; and another try. */
export function KindPart({ code, part }: { code: string; part: ProblemPart }) {
  const t = useT()
  const dynamic = useDynamicT()
  const language = usePrefs((s) => s.language)
  const hidden = usePrefs((s) => s.hideNames)
  const busy = useJobs((s) => s.jobs.some(isActive))
  const say = useToasts((s) => s.say)
  const [limit, setLimit] = useState(STEP)
  const { data, error, refetch } = useQuery(
    'problems.samples',
    { sourceId: part.sourceId, code, limit },
    { on: ['facts'] },
  )
  const kind = dynamic('import.problem', code, code)
  const file = fileName(part.file)
  const retry = () =>
    beginRetry({ sourceId: part.sourceId, code }).catch((failed: unknown) =>
      say(toErrorShape(failed).message, 'failed'),
    )
  return (
    <section className="sh-problem-part" data-testid="problem-part">
      <header>
        <span title={part.file}>
          {part.part ? `${file} › ${part.part}` : file} · <b>{formatNumber(part.count, language)}</b>
          {part.retried && <span className="sh-quiet"> · {t('problems.retriedOnce')}</span>}
        </span>
        {!hidden && (
          <ExportButton
            name={`${file}-${code}`}
            label={t('problems.exportKind', { kind })}
            sourceId={part.sourceId}
            code={code}
          />
        )}
        <Button
          size="small"
          icon="repeat"
          disabled={busy}
          text={t('problems.fix')}
          title={t('problems.fixWhat', { kind, file })}
          aria-label={t('problems.fixWhat', { kind, file })}
          data-testid="problem-retry"
          onClick={() => void retry()}
        />
      </header>
      {error && <ErrorState error={error} onRetry={refetch} compact />}
      {!error && !data && <Spinner size={16} />}
      {data && <Samples data={data} code={code} sourceId={part.sourceId} label={`${kind}, ${file}`} />}
      {data && data.rows.length < data.total && limit < MOST && (
        <Button
          variant="minimal"
          size="small"
          text={t('problems.more', {
            shown: formatNumber(data.rows.length, language),
            total: formatNumber(data.total, language),
          })}
          onClick={() => setLimit((n) => Math.min(MOST, n * 4))}
        />
      )}
    </section>
  )
}

function Samples(props: { data: ProblemSamples; code: string; sourceId: number; label: string }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const ask = useProvenance((s) => s.ask)
  const { columns, rows } = props.data
  const width = rows.reduce((most, { cells }) => Math.max(most, cells?.length ?? 0), columns.length)
  const heads = Array.from({ length: width }, (_, i) => columns[i] ?? '')
  const words = useProblemWords()
  const said = rows.map((row) => words(props.code, columns, row))
  const why = rows.map(({ message }, i) => said[i] ?? message)
  // What is wrong is about one row; where all say the same, once is enough.
  const same = rows.length > 1 && why.every((one) => one === why[0])
  return (
    <>
      {same && (
        <p className="sh-problem-message" {...(said[0] === null && { lang: 'en' })}>
          {why[0]}
        </p>
      )}
      <div className="sh-problem-table" tabIndex={0} role="region" aria-label={props.label}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('provenance.row')}</th>
              {!props.data.hidden &&
                heads.map((name, i) => (
                  <th key={i} scope="col">
                    {name}
                  </th>
                ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => (
              <Sample
                key={row.row}
                row={row}
                heads={heads}
                hidden={props.data.hidden}
                why={same ? null : { text: why[i]!, english: said[i] === null }}
                number={formatNumber(row.row, language)}
                onShow={() => ask({ refs: [{ sourceId: props.sourceId, row: row.row }] })}
              />
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

function Sample(props: {
  row: ProblemSample
  heads: readonly string[]
  hidden: boolean
  why: { text: string; english: boolean } | null
  number: string
  onShow(): void
}) {
  const t = useT()
  const { row, heads, hidden } = props
  const span = hidden ? 1 : heads.length + 1
  return (
    <>
      <tr data-testid="problem-row">
        <th scope="row">
          {row.row > 0 ? (
            <button
              type="button"
              className="link"
              aria-label={t('problems.show', { row: props.number })}
              data-testid="problem-where"
              onClick={props.onShow}
            >
              {props.number}
            </button>
          ) : (
            props.number
          )}
        </th>
        {!hidden &&
          (row.cells ? (
            heads.map((name, i) => {
              const fault = row.column !== null && row.column !== '' && name === row.column
              const extra = i >= row.cells!.length
              return (
                <td
                  key={i}
                  className={fault ? 'is-fault' : extra ? 'is-missing' : ''}
                  title={
                    fault
                      ? t('problems.columnAtFault', { column: name })
                      : (row.cells![i]?.slice(0, 500) ?? '')
                  }
                >
                  {fault && (
                    <span className="sh-visually-hidden">
                      {t('problems.columnAtFault', { column: name })}{' '}
                    </span>
                  )}
                  {extra ? (
                    ''
                  ) : row.cells![i] === '' ? (
                    <span className="sh-quiet">∅</span>
                  ) : (
                    row.cells![i]!.slice(0, 80)
                  )}
                </td>
              )
            })
          ) : (
            <td colSpan={Math.max(1, heads.length)} className="is-fault">
              <code>{row.text?.slice(0, 300)}</code>
            </td>
          ))}
      </tr>
      {props.why && (
        <tr className="sh-problem-why">
          <td colSpan={span} {...(props.why.english && { lang: 'en' })}>
            {props.why.text}
          </td>
        </tr>
      )}
    </>
  )
}
