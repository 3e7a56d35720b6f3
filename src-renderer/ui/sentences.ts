import { useCallback } from 'react'
import { usePrefs } from '../state/prefs.ts'

/** Puts sentences together as the language does: with a space between, or without. */
export function useSentences(): (...sentences: (string | false | null | undefined)[]) => string {
  const language = usePrefs((s) => s.language)
  return useCallback(
    (...sentences) => sentences.filter(Boolean).join(language === 'zh-CN' ? '' : ' '),
    [language],
  )
}
