import { Button } from '@blueprintjs/core'
import { memo } from 'react'
import { useT } from '../../ui/i18n/index.ts'
import type { TableExport } from './export.ts'

/** Copies or saves exactly what the table shows. */
export const ExportButtons = memo(function ExportButtons(props: {
  exporting: TableExport
  disabled: boolean
}) {
  const t = useT()
  const { exporting, disabled } = props
  return (
    <>
      <Button
        size="small"
        icon="duplicate"
        className="export-copy"
        text={t('accounts.copyCsv')}
        disabled={disabled || exporting.busy}
        onClick={exporting.copy}
      />
      <Button
        size="small"
        icon="export"
        className="export-save"
        text={
          exporting.progress
            ? t('accounts.exporting', { done: exporting.progress.done, total: exporting.progress.total })
            : t('accounts.export')
        }
        disabled={disabled || exporting.busy}
        onClick={exporting.download}
      />
      {exporting.busy && (
        <Button size="small" variant="minimal" text={t('common.cancel')} onClick={exporting.cancel} />
      )}
    </>
  )
})
