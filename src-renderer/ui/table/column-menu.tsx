import { Button, Checkbox, PopoverNext } from '@blueprintjs/core'
import type { Column } from '../virtual-table.tsx'
import { useT } from '../i18n/index.ts'
import { isVisible, type ColumnLayout } from './arrange.ts'
import './table.css'

/** Which columns a table shows and in which order; everything by keyboard too. */
export function ColumnMenu<R>(props: {
  /** All of them, in the present order. */
  columns: readonly Column<R>[]
  layout: ColumnLayout
  onChange(layout: ColumnLayout): void
  onMove(key: string, before: string | null): void
  onReset(): void
}) {
  const t = useT()
  const { columns, layout } = props
  const visible = columns.filter((c) => isVisible(c, layout)).length
  return (
    <PopoverNext
      placement="bottom-end"
      arrow={false}
      animation="minimal"
      content={
        <div className="column-menu" data-testid="column-menu">
          <ul>
            {columns.map((column, i) => {
              const shown = isVisible(column, layout)
              return (
                <li key={column.key}>
                  <Checkbox
                    checked={shown}
                    // The last one stays: a table without columns says nothing.
                    disabled={shown && visible === 1}
                    label={column.title}
                    onChange={() =>
                      props.onChange({ ...layout, visible: { ...layout.visible, [column.key]: !shown } })
                    }
                  />
                  <Button
                    size="small"
                    variant="minimal"
                    icon="arrow-up"
                    disabled={i === 0}
                    aria-label={t('pages.table.earlier', { column: column.title })}
                    onClick={() => props.onMove(column.key, columns[i - 1]!.key)}
                  />
                  <Button
                    size="small"
                    variant="minimal"
                    icon="arrow-down"
                    disabled={i === columns.length - 1}
                    aria-label={t('pages.table.later', { column: column.title })}
                    onClick={() => props.onMove(column.key, columns[i + 2]?.key ?? null)}
                  />
                </li>
              )
            })}
          </ul>
          <Button size="small" variant="minimal" text={t('pages.table.reset')} onClick={props.onReset} />
        </div>
      }
    >
      <Button
        size="small"
        icon="list-columns"
        aria-label={t('pages.table.columns')}
        title={t('pages.table.columns')}
        data-testid="columns"
      />
    </PopoverNext>
  )
}
