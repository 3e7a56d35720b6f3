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

/** Chinese text with a space on either side of a Latin name that was put into it: APPNP 领先. */
export function spaceLatin(text: string): string {
  return text
    .replaceAll(/(\p{Script=Han})([A-Za-z])/gu, '$1 $2')
    .replaceAll(/([A-Za-z0-9])(\p{Script=Han})/gu, '$1 $2')
}
