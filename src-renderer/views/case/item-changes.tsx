import type { CaseChange } from '../../../src-main/common/contract/pages.ts'
import { useFocus } from '../../state/focus.ts'
import { communityName, formatScore } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { useNumbers } from '../../ui/numbers.ts'
import { TimeText } from '../../ui/text.tsx'

/** Smaller changes of a score are noise of a refit. */
const MOVED = 0.005

/** What was decided of a case's item and why, and what has changed since it was put there. */
export function ItemChanges(props: { change: CaseChange; kind: 'community' | 'account' | 'report' }) {
  const t = useT()
  const dynamic = useDynamicT()
  const show = useFocus((s) => s.show)
  const { n } = useNumbers()
  const { change: c, kind } = props
  const news: string[] = []
  if (c.scoreThen !== null && c.scoreNow !== null && Math.abs(c.scoreNow - c.scoreThen) >= MOVED)
    news.push(t('pages.case.score', { was: formatScore(c.scoreThen), now: formatScore(c.scoreNow) }))
  if (c.newReports > 0) news.push(t('pages.case.reports', { count: c.newReports }))
  if (c.newEvents > 0) news.push(t('pages.case.events', { count: c.newEvents }))
  if (c.newLabels > 0) news.push(t('pages.case.labels', { count: c.newLabels }))
  const elsewhere = c.community && !c.community.sameRun ? c.community : null
  return (
    <>
      {kind !== 'report' && (
        <span className="case-item-why" data-testid="case-decision">
          {c.decision ? (
            <>
              <b>
                {t('pages.case.decided', {
                  verdict: dynamic('common.verdict', c.decision.verdict, c.decision.verdict),
                  name: c.decision.by,
                })}
              </b>{' '}
              <span className="sh-quiet">
                <TimeText ms={c.decision.at} time={false} />
              </span>
              {t('pages.colon')}
              {c.decision.reason === '' ? (
                <span className="sh-quiet">{t('pages.case.noReason')}</span>
              ) : (
                <bdi>{c.decision.reason}</bdi>
              )}
            </>
          ) : (
            <span className="sh-quiet">{t('pages.case.undecided')}</span>
          )}
        </span>
      )}
      {kind !== 'report' && (
        <span className="sh-quiet case-item-news" data-testid="case-news">
          {t('pages.case.since')}
          {t('pages.colon')}
          {news.length === 0 && !elsewhere ? t('pages.case.nothing') : news.join(t('pages.comma'))}
          {elsewhere && (
            <>
              {news.length > 0 && t('pages.comma')}
              {elsewhere.nowId === null ? (
                t('pages.case.gone')
              ) : (
                <>
                  {t('pages.case.moved', { shared: n(elsewhere.shared), size: n(elsewhere.size) })}{' '}
                  <button
                    type="button"
                    className="link"
                    onClick={() => show({ kind: 'community', id: elsewhere.nowId! })}
                  >
                    {communityName(elsewhere.nowId)}
                  </button>
                </>
              )}
            </>
          )}
        </span>
      )}
    </>
  )
}
