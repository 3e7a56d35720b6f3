import type { Mask } from '../../../src-main/common/contract/explore.ts'
import { usePrefs } from '../../state/prefs.ts'
import { formatNumber } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { showHidden, toggleOnly } from './actions.ts'
import { useMap } from './store.ts'

/** What is not drawn, and the way back. */
export function Notice({ shown, total }: { shown: Mask | undefined; total: number }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const only = useMap((s) => s.only)
  const hidden = shown ? Math.max(0, shown.total - shown.accounts) : 0
  if (!only && (hidden === 0 || total === 0)) return null
  return (
    <div className="sh-map-notice" role="status" data-testid="map-notice">
      {hidden > 0 && (
        <p>
          {t('mapTools.notice.hidden', { count: hidden, n: formatNumber(hidden, language) })}
          <button type="button" className="sh-link" data-testid="map-unhide" onClick={showHidden}>
            {t('mapTools.notice.show')}
          </button>
        </p>
      )}
      {only && (
        <p>
          {t('mapTools.notice.only')}
          <button type="button" className="sh-link" onClick={toggleOnly}>
            {t('mapTools.notice.rest')}
          </button>
        </p>
      )}
    </div>
  )
}
