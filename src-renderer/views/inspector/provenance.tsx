import { Icon } from '@blueprintjs/core'
import type { SourceRef } from '../../../src-main/common/contract/accounts.ts'
import { useT } from '../../ui/i18n/index.ts'
import { HashText, useCopy } from '../../ui/text.tsx'

/** 'events.csv' of a path or archive member, whatever the separators are. */
export function baseName(file: string): string {
  return file.split(/[\\/]/).at(-1) ?? file
}

/** File and row as a small observed tag; a click copies file, SHA-256 and row. */
export function SourceTag(props: { source: SourceRef }) {
  const t = useT()
  const { copied, copy } = useCopy()
  const { file, row, sha256 } = props.source
  return (
    <button
      type="button"
      className="sh-tag sh-tag-observed source-tag"
      title={`${file}\nSHA-256 ${sha256 ?? t('inspector.provenance.noHash')}\n${t('inspector.provenance.copyRef')}`}
      onClick={() => copy(`${file}\tsha256:${sha256 ?? ''}\trow ${row}`)}
    >
      {copied ? t('inspector.provenance.copied') : `${baseName(file)}:${row}`}
      <Icon icon={copied ? 'tick' : 'duplicate'} size={9} />
    </button>
  )
}

/** Where the facts on a page are from: every file once, with its hash and rows. */
export function SourceLines(props: { sources: readonly SourceRef[] }) {
  const t = useT()
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
            {t('inspector.provenance.row', { row: rowsWords(rows) })}
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
