import { Button } from '@blueprintjs/core'
import { useFocus } from '../../state/focus.ts'
import { usePinnedFocus } from '../../state/pinned.ts'
import { useT } from '../../ui/i18n/index.ts'
import { EmptyState } from '../../ui/states.tsx'
import { AccountPage } from './account-page.tsx'
import { CommunityPage } from './community-page.tsx'
import { EdgePage } from './edge-page.tsx'
import { EntityPage } from './entity-page.tsx'
import { ReportPage } from './report-page.tsx'
import './inspector.css'

/** What is this, why, how do we know: the answer for whatever was pointed at last. */
export default function InspectorView() {
  const t = useT()
  const pinned = usePinnedFocus()
  const shown = useFocus((s) => s.focus)
  const trail = useFocus((s) => s.trail)
  const back = useFocus((s) => s.back)
  const focus = pinned ?? shown
  if (!focus)
    return (
      <div className="sh-view inspector" data-testid="inspector">
        <EmptyState icon="search-template" title={t('inspector.emptyTitle')}>
          {t('inspector.emptyText')}
        </EmptyState>
      </div>
    )
  return (
    <div className="sh-view inspector" data-testid="inspector">
      {trail.length > 0 && !pinned && (
        <Button
          className="inspector-back"
          size="small"
          variant="minimal"
          icon="arrow-left"
          aria-label={t('inspector.back')}
          title={t('inspector.back')}
          onClick={back}
        />
      )}
      <div className="sh-scroll inspector-scroll" key={JSON.stringify(focus)} tabIndex={-1}>
        <div className="inspector-page">
          {focus.kind === 'community' && <CommunityPage id={focus.id} />}
          {focus.kind === 'account' && <AccountPage id={focus.id} />}
          {focus.kind === 'report' && <ReportPage id={focus.id} />}
          {focus.kind === 'entity' && <EntityPage id={focus.id} />}
          {focus.kind === 'edge' && <EdgePage a={focus.a} b={focus.b} />}
        </div>
      </div>
    </div>
  )
}
