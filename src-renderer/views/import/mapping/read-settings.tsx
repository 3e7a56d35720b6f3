import { HTMLSelect } from '@blueprintjs/core'
import type { TableMapping } from '../../../../src-main/common/mapping/mapping.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { lookAgain, useImportDraft, type Shape } from './draft.ts'

const ENCODINGS = ['utf-8', 'gb18030', 'big5', 'utf-16le', 'utf-16be', 'windows-1252']
const DELIMITERS = [',', ';', '\t', '|']

/** How the file is read, where that can be another way: encoding, separator, header. */
export function ReadSettings({ shape }: { shape: Shape }) {
  const t = useT()
  const paths = useImportDraft((s) => s.paths)
  const reads = useImportDraft((s) => s.reads)
  const { file, table } = shape.tables[0]!
  const text =
    file.format !== null && file.format !== 'xlsx' && file.format !== 'parquet' && file.format !== 'arrow'
  const headed = file.format === 'csv' || file.format === 'xlsx'
  if ((!text && !headed) || !paths) return null
  // A workbook's sheets have their headers where they like.
  const keyOf = ({ file: { label }, table: { name } }: Shape['tables'][number]) =>
    name === '' || file.format !== 'xlsx' ? label : `${label}\n${name}`
  const change = (read: TableMapping['read']) => {
    const all = { ...reads }
    for (const one of shape.tables) all[keyOf(one)] = { ...all[keyOf(one)], ...read }
    void lookAgain(paths, all)
  }
  const { encoding = 'utf-8', delimiter = ',', headerRow = 1 } = table.read
  return (
    <div className="sh-mapping-read">
      {text && (
        <label>
          {t('mapping.encoding')}{' '}
          <HTMLSelect
            value={encoding}
            data-testid="mapping-encoding"
            options={[...new Set([encoding, ...ENCODINGS])]}
            onChange={(event) => change({ encoding: event.currentTarget.value })}
          />
        </label>
      )}
      {file.format === 'csv' && (
        <label>
          {t('mapping.delimiter')}{' '}
          <HTMLSelect
            value={delimiter}
            options={[...new Set([delimiter, ...DELIMITERS])].map((value) => ({
              value,
              label: value === '\t' ? t('mapping.tab') : value,
            }))}
            onChange={(event) => change({ delimiter: event.currentTarget.value })}
          />
        </label>
      )}
      {headed && (
        <label>
          {t('mapping.headerRow')}{' '}
          <HTMLSelect
            value={headerRow}
            options={[...new Set([0, 1, 2, 3, 4, 5, 6, headerRow])]
              .toSorted((a, b) => a - b)
              .map((value) => ({ value, label: value === 0 ? t('mapping.noHeader') : String(value) }))}
            onChange={(event) => change({ headerRow: Number(event.currentTarget.value) })}
          />
        </label>
      )}
    </div>
  )
}
