import { useEffect } from 'react'
import { registerPages } from '../../frame/search/pages.ts'
import { openHelp } from '../../state/help.ts'
import { usePrefs } from '../../state/prefs.ts'

/** Makes the handbook's pages something that the search box finds. They are loaded when the box is opened first. */
export function useFoundPages(): void {
  const language = usePrefs((s) => s.language)
  useEffect(() => {
    let off: () => void
    let live = true
    let asked = false
    const load = async (): Promise<void> => {
      const [{ pagesIn }, { HandbookSearch }] = await Promise.all([
        import('./pages.ts'),
        import('./search.ts'),
      ])
      if (!live) return
      const others = pagesIn(language === 'en' ? 'zh-CN' : 'en')
      const search = await HandbookSearch.gradually(pagesIn(language), others)
      if (!live) return
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
    off = registerPages({
      id: 'handbook',
      find: () => [],
      prepare() {
        if (!asked) void load()
        asked = true
      },
    })
    return () => {
      live = false
      off()
    }
  }, [language])
}
