import type { CommunityDetail } from '../../../src-main/common/contract/communities.ts'
import { useQuery } from '../../client/use-query.ts'
import { useLayout } from '../../state/layout.ts'
import { useSelection } from '../../state/selection.ts'
import { Explained } from '../../ui/explain.tsx'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { useNumbers } from '../../ui/numbers.ts'
import { Section } from '../../ui/panel.tsx'
import './pages.css'

/** What reports about a community are, by class, and the words they have more often than reports about others. */
export function ThemesSection(props: { community: CommunityDetail }) {
  const t = useT()
  const dynamic = useDynamicT()
  const { n, d } = useNumbers()
  const patch = useSelection((s) => s.patch)
  const showPanel = useLayout((s) => s.show)
  const { id, reports, reportClasses } = props.community
  const themes = useQuery('communities.themes', reports > 0 ? { id } : null, {
    on: ['facts', 'runs'],
    reset: true,
  })
  if (reports === 0) return null
  const total = reportClasses.reduce((sum, c) => sum + c.count, 0)
  const read = (parts: { text?: string; reportClasses?: string[] }) => {
    patch({ communities: [id], ...parts })
    showPanel('reports')
  }
  const words = themes.data?.words ?? []
  return (
    <Section title={t('pages.themes.title')} testId="themes">
      {total > 0 && (
        <>
          <div className="class-strip" aria-hidden="true">
            {reportClasses.map((c) => (
              <span key={c.class} className={`class-${c.class}`} style={{ flexGrow: c.count / total }} />
            ))}
          </div>
          <ul className="class-legend">
            {reportClasses.map((c) => (
              <li key={c.class}>
                <button
                  type="button"
                  className="link class-read"
                  title={t('pages.themes.readClass')}
                  onClick={() => read({ reportClasses: [c.class] })}
                >
                  <span className={`class-dot class-${c.class}`} aria-hidden="true" />
                  {dynamic('common.class', c.class, c.class)} <b>{n(c.count)}</b>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {words.length > 0 && themes.data && (
        <>
          <p className="sh-quiet section-note themes-about">
            <Explained
              what={t('pages.themes.what')}
              how={t('pages.themes.how', { own: n(themes.data.reports), others: n(themes.data.compared) })}
            >
              {t('pages.themes.words', { own: n(themes.data.reports), others: n(themes.data.compared) })}
            </Explained>
          </p>
          <ul className="theme-words">
            {words.map((w) => (
              <li key={w.word}>
                <button
                  type="button"
                  className="theme-word"
                  lang={w.language === 'zh' ? 'zh-CN' : 'en'}
                  title={t('pages.themes.word', {
                    inside: n(w.inside),
                    own: n(themes.data!.reports),
                    outside: n(w.outside),
                    others: n(themes.data!.compared),
                    z: d(w.z, 1),
                  })}
                  onClick={() => read({ text: w.word })}
                >
                  {w.word} <b>{n(w.inside)}</b>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {themes.data && words.length === 0 && <p className="sh-quiet">{t('pages.themes.none')}</p>}
    </Section>
  )
}
