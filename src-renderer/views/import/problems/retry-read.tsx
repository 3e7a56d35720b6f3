import { HTMLSelect } from '@blueprintjs/core'
import { usePrefs } from '../../../state/prefs.ts'
import { formatNumber } from '../../../ui/format.ts'
import { useDynamicT, useT } from '../../../ui/i18n/index.ts'
import { lookAgain, useImportDraft, type Shape } from '../mapping/draft.ts'
import { fileName } from './problem-list.tsx'

const DELIMITERS = [',', ';', '\t', '|']
const QUOTES = ['"', "'", '']
/** Problems of rows that could not be split into the right cells. */
const SPLIT = ['ragged_row', 'bad_quote', 'unterminated_quote']

/** What is being read again, in words; null where files are being mapped. */
export function useRetryWords(): string | null {
  const t = useT()
  const dynamic = useDynamicT()
  const language = usePrefs((s) => s.language)
  const retry = useImportDraft((s) => s.retry)
  const file = useImportDraft((s) => s.look?.files[0] ?? null)
  if (!retry) return null
  if (!file) return ''
  const words = { rows: formatNumber(file.tables[0]?.rows ?? 0, language), file: fileName(file.label) }
  return retry.code === undefined
    ? t('problems.retry.aboutAll', words)
    : t('problems.retry.about', { ...words, kind: dynamic('import.problem', retry.code, retry.code) })
}

/** How CSV rows that could not be split are split now; nothing else of how a file was read can be changed any more. */
export function RetryRead({ shape }: { shape: Shape }) {
  const t = useT()
  const retry = useImportDraft((s) => s.retry)
  const paths = useImportDraft((s) => s.paths)
  const { file } = shape.tables[0]!
  const { read } = shape.mapping
  if (file.format !== 'csv' || !paths) return null
  if (retry?.code !== undefined && !SPLIT.includes(retry.code)) return null
  const { delimiter = ',', quote = '"' } = read
  const change = (next: { delimiter?: string; quote?: string }) =>
    void lookAgain(paths, { [file.label]: { ...read, delimiter, quote, ...next } })
  return (
    <div className="sh-mapping-read">
      <label>
        {t('mapping.delimiter')}{' '}
        <HTMLSelect
          value={delimiter}
          data-testid="retry-delimiter"
          options={[...new Set([delimiter, ...DELIMITERS])].map((value) => ({
            value,
            label: value === '\t' ? t('mapping.tab') : value,
          }))}
          onChange={(event) => change({ delimiter: event.currentTarget.value })}
        />
      </label>
      <label>
        {t('problems.retry.quote')}{' '}
        <HTMLSelect
          value={quote}
          data-testid="retry-quote"
          options={[...new Set([quote, ...QUOTES])].map((value) => ({
            value,
            label: value === '' ? t('problems.retry.noQuote') : value,
          }))}
          onChange={(event) => change({ quote: event.currentTarget.value })}
        />
      </label>
    </div>
  )
}
