import i18next from 'i18next'
import { useSyncExternalStore } from 'react'
import { en, zh, type MessageKey } from './resources.ts'

export type { MessageKey }
export type Values = Record<string, string | number>
/** A translated text; `key` is checked against the English catalogue. */
export type T = (key: MessageKey, values?: Values) => string

export async function startI18n(language: string): Promise<void> {
  await i18next.init({
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

interface Words {
  t: T
  dynamic(prefix: string, key: string, fallback?: string): string
}
/** Texts with numbers and names in them that are kept: more than stand on a screen. */
const KEPT = 4000

/**
 * One language's texts. What was said once is kept: a view says the same words at every drawing, and finding and filling
 * one in takes i18next longer than React takes to draw it.
 */
function wordsOf(language: string): Words {
  const plain = new Map<string, string>()
  const filled = new Map<string, string>()
  const ask = (key: string, values?: Values) =>
    (i18next.t(key as never, { ...values, lng: language } as never) as unknown as string | undefined) ?? key
  const t: T = (key, values) => {
    const kept = values ? filled : plain
    const name = values ? `${key} ${JSON.stringify(values)}` : key
    let text = kept.get(name)
    if (text === undefined) {
      if (kept.size > KEPT) kept.clear()
      kept.set(name, (text = ask(key, values)))
    }
    return text
  }
  return {
    t,
    dynamic(prefix, key, fallback) {
      const full = `${prefix}.${key}`
      return i18next.exists(full) ? t(full as MessageKey) : (fallback ?? key)
    },
  }
}

let words: { language: string | undefined; words: Words } | null = null
/** The words of the present language; others when it changes. */
function current(): Words {
  const { language } = i18next
  if (words?.language !== language || !words) words = { language, words: wordsOf(language ?? 'en') }
  return words.words
}
function whenLanguageChanges(listener: () => void): () => void {
  i18next.on('languageChanged', listener)
  return () => i18next.off('languageChanged', listener)
}

export function useT(): T {
  return useSyncExternalStore(whenLanguageChanges, current).t
}

/** For text outside components (canvas labels). */
export const translate: T = (key, values) => i18next.t(key as never, values as never) as unknown as string

/**
 * A text whose key comes from data (an error code, a phase, a report class): the catalogue's text where
 * there is one, else the fallback.
 */
export function useDynamicT(): Words['dynamic'] {
  return useSyncExternalStore(whenLanguageChanges, current).dynamic
}

export function currentLanguage(): string {
  return i18next.language ?? 'en'
}
