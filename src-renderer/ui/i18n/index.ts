import i18next from 'i18next'
import { useCallback } from 'react'
import { initReactI18next, useTranslation } from 'react-i18next'
import { en, zh, type MessageKey } from './resources.ts'

export type { MessageKey }
export type Values = Record<string, string | number>
/** A translated text; `key` is checked against the English catalogue. */
export type T = (key: MessageKey, values?: Values) => string

export async function startI18n(language: string): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: { en: { translation: en }, 'zh-CN': { translation: zh } },
    // React escapes what it renders.
    interpolation: { escapeValue: false },
    returnNull: false,
  })
}

export function setLanguage(language: string): void {
  void i18next.changeLanguage(language)
  document.documentElement.lang = language
}

export function useT(): T {
  const { t } = useTranslation()
  return useCallback((key, values) => t(key as never, values as never) as unknown as string, [t])
}

/** For text outside components (canvas labels). */
export const translate: T = (key, values) => i18next.t(key as never, values as never) as unknown as string

/**
 * A text whose key comes from data (an error code, a phase, a report class): the catalogue's text where
 * there is one, else the fallback.
 */
export function useDynamicT(): (prefix: string, key: string, fallback?: string) => string {
  const { t, i18n } = useTranslation()
  return useCallback(
    (prefix, key, fallback) => {
      const full = `${prefix}.${key}`
      return i18n.exists(full) ? (t(full as never) as string) : (fallback ?? key)
    },
    [t, i18n],
  )
}

export function currentLanguage(): string {
  return i18next.language ?? 'en'
}
