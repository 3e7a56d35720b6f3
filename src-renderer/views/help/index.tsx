import { Button, InputGroup } from '@blueprintjs/core'
import { useEffect, useMemo, useRef, useState } from 'react'
import { KEYS_PAGE, useHelp } from '../../state/help.ts'
import { currentLanguage, useT } from '../../ui/i18n/index.ts'
import { PanelHeader } from '../../ui/panel.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { useSize } from '../../ui/use-size.ts'
import { KeyboardMap } from './keyboard-map.tsx'
import { PageText } from './page-text.tsx'
import { pagesIn } from './pages.ts'
import { HandbookSearch } from './search.ts'
import './help.css'

/** Narrower than this the list of pages stands above the page. */
const SIDE_BY_SIDE = 620

/** The handbook: pages on the left, the open one beside it, a search over both languages' own pages. */
export default function HelpView() {
  const t = useT()
  const language = currentLanguage()
  const [ref, { width }] = useSize()
  const pages = useMemo(() => pagesIn(language), [language])
  const search = useMemo(
    () => new HandbookSearch(pages, pagesIn(language === 'en' ? 'zh-CN' : 'en')),
    [pages, language],
  )
  const { page, anchor, trail, query, open, back, ask } = useHelp()
  const [found, setFound] = useState(() => search.find(query))
  const body = useRef<HTMLDivElement>(null)
  useEffect(() => setFound(search.find(query)), [search, query])
  useEffect(() => {
    const target = anchor ? body.current?.querySelector(`[id="${CSS.escape(`help-${anchor}`)}"]`) : null
    if (target) target.scrollIntoView({ block: 'start' })
    else body.current?.scrollTo({ top: 0 })
  }, [page, anchor, language])
  const shown = pages.find(({ name }) => name === page) ?? pages[0]
  const searching = query.trim() !== ''
  const openName = searching ? null : page === KEYS_PAGE ? KEYS_PAGE : shown?.name
  return (
    <div
      className="sh-view sh-help"
      ref={ref}
      data-testid="help"
      data-narrow={width > 0 && width < SIDE_BY_SIDE}
    >
      <PanelHeader title={t('help.title')} about={t('help.about')}>
        <Button
          size="small"
          variant="minimal"
          icon="arrow-left"
          disabled={trail.length === 0}
          aria-label={t('help.back')}
          title={t('help.back')}
          onClick={back}
        />
        <InputGroup
          size="small"
          type="search"
          leftIcon="search"
          value={query}
          placeholder={t('help.search')}
          aria-label={t('help.search')}
          data-testid="help-search"
          onChange={(event) => ask(event.target.value)}
        />
      </PanelHeader>
      <div className="sh-help-columns">
        <nav aria-label={t('help.pages')}>
          <ul>
            {pages.map(({ name, title }) => (
              <li key={name}>
                <button
                  type="button"
                  className={openName === name ? 'is-open' : undefined}
                  aria-current={openName === name ? 'page' : undefined}
                  onClick={() => open(name)}
                >
                  {title}
                </button>
              </li>
            ))}
            <li>
              <button
                type="button"
                className={openName === KEYS_PAGE ? 'is-open' : undefined}
                aria-current={openName === KEYS_PAGE ? 'page' : undefined}
                onClick={() => open(KEYS_PAGE)}
              >
                {t('help.keys.title')}
              </button>
            </li>
          </ul>
        </nav>
        {/* Long pages are read by keyboard: the text itself can be focused and scrolled. */}
        <div className="sh-help-body" ref={body} tabIndex={0} role="region" aria-label={t('help.title')}>
          {searching ? (
            found.length === 0 ? (
              <EmptyState icon="search" title={t('help.none', { query })}>
                {t('help.noneText')}
              </EmptyState>
            ) : (
              <ol className="sh-help-found" aria-label={t('help.found', { count: found.length })}>
                {found.map((part) => (
                  <li key={`${part.page}#${part.anchor}`}>
                    <button type="button" onClick={() => open(part.page, part.anchor)}>
                      <strong>{part.title}</strong>
                      <span className="sh-quiet">{pages.find(({ name }) => name === part.page)?.title}</span>
                      <span>{part.excerpt}</span>
                    </button>
                  </li>
                ))}
              </ol>
            )
          ) : page === KEYS_PAGE ? (
            <KeyboardMap />
          ) : (
            shown && <PageText page={shown} onOpen={open} />
          )}
        </div>
      </div>
    </div>
  )
}
