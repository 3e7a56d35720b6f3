import { useOf } from '../../../../src-main/common/mapping/edit.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { ColumnHead } from './column-head.tsx'
import type { Shape } from './draft.ts'

/** Records of the sample that are shown. */
const SHOWN = 8

/** Every column with what it is for, over the first records as they stand in the file. */
export function ColumnTable({ shape }: { shape: Shape }) {
  const t = useT()
  const { table } = shape.tables[0]!
  const rows = table.sample.slice(0, SHOWN)
  return (
    <div className="sh-mapping-table" tabIndex={0} role="region" aria-label={t('mapping.columns')}>
      <table>
        <thead>
          <tr>
            {table.columns.map(({ name }, at) => (
              <ColumnHead key={name} shape={shape} column={name} at={at} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {row.map((cell, at) => {
                const { name } = table.columns[at]!
                const { use } = useOf(shape.mapping, name)
                return (
                  <td
                    key={name}
                    className={`is-${use}`}
                    title={cell.length > 24 ? cell.slice(0, 500) : undefined}
                  >
                    {cell === '' ? <span className="sh-quiet">∅</span> : cell.slice(0, 80)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p className="sh-quiet">{t('mapping.noRows')}</p>}
    </div>
  )
}
