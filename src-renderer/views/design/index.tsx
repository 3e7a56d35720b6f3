import { useT } from '../../ui/i18n/index.ts'
import { PanelHeader } from '../../ui/panel.tsx'

/** Where graphs are designed: recipes, their preview, and built designs side by side. */
export default function DesignView() {
  const t = useT()
  return <PanelHeader title={t('design.title')} />
}
