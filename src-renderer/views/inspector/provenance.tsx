import { Icon } from '@blueprintjs/core'
import type { SourceRef } from '../../../src-main/common/contract/accounts.ts'
import { useT } from '../../ui/i18n/index.ts'
import type { TableName } from '../../../src-main/common/mapping/roles.ts'
import { useProvenance } from '../../ui/provenance/state.ts'
import { HashText } from '../../ui/text.tsx'

/** 'events.csv' of a path or archive member, whatever the separators are. */
export function baseName(file: string): string {
  return file.split(/[\\/]/).at(-1) ?? file
}

/** File and row as a small observed tag; a click shows the row as it was. `to`: what the row became here. */
export function SourceTag(props: { source: SourceRef; to?: TableName | undefined }) {
  const t = useT()
  const ask = useProvenance((s) => s.ask)
  const { sourceId, file, row, sha256 } = props.source
  const what = t('provenance.open', { file: baseName(file), row })
  return (
    <button
      type="button"
      className="sh-tag sh-tag-observed source-tag"
      title={`${what}\n${file}\nSHA-256 ${sha256 ?? t('inspector.provenance.noHash')}`}
      aria-label={what}
      data-testid="source-tag"
      onClick={() => ask({ refs: [{ sourceId, row }], to: props.to })}
    >
      <span className="source-tag-file">{baseName(file)}</span>
      <span>{`:${row}`}</span>
      <Icon icon="search-text" size={9} />
    </button>
  )
}

/** Where the facts on a page are from: every file once, with its hash and rows. */
export function SourceLines(props: { sources: readonly SourceRef[] }) {
  const t = useT()
  const ask = useProvenance((s) => s.ask)
  const byFile = new Map<string, { source: SourceRef; rows: number[] }>()
  for (const source of props.sources) {
    const found = byFile.get(`${source.sourceId}`)
    if (found) found.rows.push(source.row)
    else byFile.set(`${source.sourceId}`, { source, rows: [source.row] })
  }
  return (
    <>
      {[...byFile.values()].map(({ source, rows }) => (
        <div key={source.sourceId} title={source.file}>
          <dt>{baseName(source.file)}</dt>
          <dd>
            <HashText hash={source.sha256} />
            {' · '}
            <button
              type="button"
              className="link"
              data-testid="source-rows"
              onClick={() =>
                ask({ refs: [...new Set(rows)].map((row) => ({ sourceId: source.sourceId, row })) })
              }
            >
              {t('inspector.provenance.row', { row: rowsWords(rows) })}
            </button>
          </dd>
        </div>
      ))}
    </>
  )
}

/** '7', '7, 9', '2–9,870 (61)': few rows one by one, many as their range and number. */
export function rowsWords(rows: readonly number[]): string {
  const sorted = [...new Set(rows)].sort((a, b) => a - b)
  if (sorted.length <= 3) return sorted.join(', ')
  return `${sorted[0]}–${sorted[sorted.length - 1]} (${sorted.length})`
}
