import type { ReactNode } from 'react'
import type { ErrorShape } from '../../../src-main/common/errors.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { useT } from '../../ui/i18n/index.ts'
import { EmptyState, ErrorState, Spinner } from '../../ui/states.tsx'

/** A page's head: what kind of thing, its name, and how its standing is known. */
export function PageHead(props: { kind: string; title: ReactNode; tags?: ReactNode; children?: ReactNode }) {
  const t = useT()
  const simulated = useWorkspace((s) => s.info?.simulated ?? false)
  return (
    <header className="inspector-head">
      <p className="sh-caps">{props.kind}</p>
      <h2 className="sh-title">{props.title}</h2>
      {props.tags && <div className="inspector-tags">{props.tags}</div>}
      {props.children && <div className="inspector-actions">{props.children}</div>}
      {simulated && <p className="inspector-simulated">{t('inspector.simulatedData')}</p>}
    </header>
  )
}

/** What stands in a page's place while it is fetched, or when it cannot be. */
export function PageState(props: { error: ErrorShape | null; retry(): void }) {
  const t = useT()
  if (!props.error) return <Spinner />
  if (props.error.code === 'not_found') return <EmptyState icon="search" title={t('inspector.gone')} />
  return <ErrorState error={props.error} onRetry={props.retry} />
}
