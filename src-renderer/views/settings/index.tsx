import { useT } from '../../ui/i18n/index.ts'
import { PanelHeader } from '../../ui/panel.tsx'
import { SettingsPage, SettingsSearch } from './page.tsx'

/** What a person can choose of the app, and what the app can say of itself. */
export default function SettingsView() {
  const t = useT()
  return (
    <div className="sh-view sh-settings">
      <PanelHeader title={t('settings.title')} about={t('settings.about')}>
        <SettingsSearch />
      </PanelHeader>
      <div className="sh-scroll sh-settings-scroll">
        <SettingsPage />
      </div>
    </div>
  )
}
