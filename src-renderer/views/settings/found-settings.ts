import { useEffect } from 'react'
import { registerPages } from '../../frame/search/pages.ts'
import { useLayout } from '../../state/layout.ts'
import { usePrefs } from '../../state/prefs.ts'
import { translate } from '../../ui/i18n/index.ts'
import { aboutOf, findSettings, nameOf } from './list.ts'
import { useSettings } from './store.ts'

/** Makes settings something that the search box finds and leads to. */
export function useFoundSettings(): void {
  const language = usePrefs((s) => s.language)
  useEffect(
    () =>
      registerPages({
        id: 'settings',
        find: (text, limit) =>
          (text.trim() === '' ? [] : findSettings(text, translate))
            .slice(0, Math.min(3, limit))
            .map(({ id }) => ({
              id,
              title: `${translate('settings.title')}: ${nameOf(id, translate)}`,
              about: aboutOf(id, translate),
              open() {
                useLayout.getState().show('settings')
                useSettings.getState().lead(id)
              },
            })),
      }),
    [language],
  )
}
