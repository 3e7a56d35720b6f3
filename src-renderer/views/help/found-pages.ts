import { useEffect } from 'react'
import { registerPages } from '../../frame/search/pages.ts'
import { openHelp } from '../../state/help.ts'
import { usePrefs } from '../../state/prefs.ts'

/** Makes the handbook's pages something that the search box finds. The pages are loaded when the app has nothing else to do. */
export function useFoundPages(): void {
  const language = usePrefs((s) => s.language)
  useEffect(() => {
    let off: (() => void) | null = null
    let live = true
    const load = async (): Promise<void> => {
      const [{ pagesIn }, { HandbookSearch }] = await Promise.all([
        import('./pages.ts'),
        import('./search.ts'),
      ])
      if (!live) return
      const pages = pagesIn(language)
      const search = new HandbookSearch(pages, pagesIn(language === 'en' ? 'zh-CN' : 'en'))
      off = registerPages({
        id: 'handbook',
        find: (text, limit) =>
          search.find(text, limit).map(({ page, anchor, title, excerpt }) => ({
            id: `${page}#${anchor}`,
            title,
            about: excerpt,
            open: () => openHelp(page, anchor),
          })),
      })
    }
    const idle = window.requestIdleCallback?.(() => void load(), { timeout: 5000 })
    if (idle === undefined) void load()
    return () => {
      live = false
      if (idle !== undefined) window.cancelIdleCallback(idle)
      off?.()
    }
  }, [language])
}
