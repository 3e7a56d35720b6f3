import { Icon } from '@blueprintjs/core'
import { rolesMissing } from '../../../../src-main/common/mapping/edit.ts'
import { usePrefs } from '../../../state/prefs.ts'
import { formatNumber } from '../../../ui/format.ts'
import { useDynamicT, useT } from '../../../ui/i18n/index.ts'
import { useImportDraft, type Shape } from './draft.ts'

/** The files, by what their columns are; and those that can't be imported, with the reason. */
export function ShapeList() {
  const t = useT()
  const shapes = useImportDraft((s) => s.shapes)
  const look = useImportDraft((s) => s.look)
  const chosen = useImportDraft((s) => s.chosen)
  const failed = look?.files.filter(({ error, tables }) => error && tables.length === 0) ?? []
  return (
    <nav className="sh-mapping-shapes sh-scroll" aria-label={t('mapping.files')}>
      {shapes.map((shape) => (
        <ShapeButton key={shape.key} shape={shape} chosen={shape.key === chosen} />
      ))}
      {failed.map(({ label, name, error }) => (
        <div key={label} className="sh-mapping-failed" title={label}>
          <Icon icon="error" size={12} />
          <div>
            <b>{name}</b>
            <p>{error!.message}</p>
          </div>
        </div>
      ))}
      {look && look.ignored.length > 0 && (
        <p className="sh-quiet" title={look.ignored.slice(0, 20).join('\n')}>
          {t('mapping.ignored', { count: look.ignored.length })}
        </p>
      )}
    </nav>
  )
}

function ShapeButton({ shape, chosen }: { shape: Shape; chosen: boolean }) {
  const t = useT()
  const dynamic = useDynamicT()
  const language = usePrefs((s) => s.language)
  const { mapping, tables } = shape
  const [{ file, table }] = tables as [Shape['tables'][number]]
  const missing = rolesMissing(mapping).length > 0
  const made = [...new Set(mapping.outputs.map(({ to }) => to))]
  const by =
    table.by === 'guess'
      ? dynamic('mapping.sureness', sureness(table.guess?.sure ?? 0))
      : table.by === 'saved'
        ? t('mapping.by.saved', { name: table.saved ?? '' })
        : table.by === 'given'
          ? t('problems.retry.before')
          : t('mapping.by.layout')
  return (
    <button
      type="button"
      className={`sh-mapping-shape${chosen ? ' is-chosen' : ''}`}
      aria-current={chosen}
      data-testid="mapping-shape"
      onClick={() => useImportDraft.setState({ chosen: shape.key })}
    >
      <Icon
        icon={mapping.outputs.length === 0 ? 'disable' : missing ? 'warning-sign' : 'tick'}
        size={12}
        className={missing ? 'sh-warn' : ''}
      />
      <span className="sh-mapping-shape-text">
        <b title={file.label}>{table.name || file.name}</b>
        {table.name !== '' && (
          <span className="sh-quiet sh-mapping-shape-file" title={file.label}>
            {file.name}
          </span>
        )}
        {file.parts !== null && (
          <span className="sh-quiet" data-testid="mapping-parts">
            {t('mapping.parts', { count: file.parts, n: formatNumber(file.parts, language) })}
          </span>
        )}
        {tables.length > 1 && (
          <span className="sh-quiet">
            {t('mapping.andMore', {
              count: tables.length - 1,
              n: formatNumber(tables.length - 1, language),
            })}
          </span>
        )}
        <span>
          {made.length === 0
            ? t('mapping.leftOut')
            : made.map((to) => dynamic('import.table', to)).join(t('mapping.and'))}
        </span>
        <span className="sh-quiet">{by}</span>
      </span>
    </button>
  )
}

/** A guess is a rule of thumb: no number of it is worth showing. */
function sureness(sure: number): 'clear' | 'likely' | 'unsure' | 'none' {
  if (sure <= 0) return 'none'
  return sure >= 0.85 ? 'clear' : sure >= 0.6 ? 'likely' : 'unsure'
}
