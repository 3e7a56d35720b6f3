import { Dialog } from '@blueprintjs/core'
import { useT } from '../../ui/i18n/index.ts'
import { SettingsPage, SettingsSearch } from './page.tsx'

/** The same settings where there is no dock: on the start screen. */
export function SettingsDialog(props: { isOpen: boolean; onClose(): void }) {
  const t = useT()
  return (
    <Dialog
      isOpen={props.isOpen}
      onClose={props.onClose}
      title={t('settings.title')}
      className="sh-settings-dialog"
    >
      <div className="sh-settings-dialog-search">
        <SettingsSearch />
      </div>
      <div className="sh-settings-dialog-body">
        <SettingsPage />
      </div>
    </Dialog>
  )
}
