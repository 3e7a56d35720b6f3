import { useCallback } from 'react'
import { DEFAULT_RECIPE } from '../../../src-main/common/recipe.ts'
import { usePrefs } from '../../state/prefs.ts'
import { formatNumber } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { spaced } from './sentence.ts'

/** Puts sentences together as the language does: with a space between, or without. */
export function useSentences(): (...sentences: (string | false | null | undefined)[]) => string {
  const language = usePrefs((s) => s.language)
  return useCallback(
    (...sentences) => sentences.filter(Boolean).join(language === 'zh-CN' ? '' : ' '),
    [language],
  )
}

/** A recipe's name; the default recipe's own name is a word of the language. */
export function useRecipeName(): (name: string) => string {
  const t = useT()
  return useCallback((name) => (name === DEFAULT_RECIPE.name ? t('design.list.default') : name), [t])
}

/** What a relation or entity type is called; its own name where the catalogue has none. */
export function useTypeName(): (type: string) => string {
  const dynamic = useDynamicT()
  return useCallback((type) => dynamic('inspector.channel', type, type), [dynamic])
}

/** What a kind of evidence is called: 'entity:device', 'event:ip', 'rhythm', 'text:reports'. */
export function useChannelName(): (channel: string) => string {
  const t = useT()
  const typeName = useTypeName()
  return useCallback(
    (channel) => {
      const at = channel.indexOf(':')
      const kind = at < 0 ? channel : channel.slice(0, at)
      const type = at < 0 ? '' : channel.slice(at + 1)
      if (type === '*')
        return kind === 'relation' ? t('design.channel.otherRelations') : t('design.channel.others')
      switch (kind) {
        case 'relation':
          return typeName(type)
        case 'entity':
        case 'event':
          return spaced(t(`design.channel.${kind}`, { type: typeName(type) }))
        case 'rhythm':
          return t('design.channel.rhythm')
        case 'text':
          return type === 'profiles' ? t('design.channel.profiles') : t('design.channel.reports')
        default:
          return channel
      }
    },
    [t, typeName],
  )
}

export interface Numbers {
  /** Grouped, without decimals. */
  n(value: number): string
  /** With as many digits as tell it, at most `digits`. */
  d(value: number, digits?: number): string
  /** A share as a percentage, one digit below ten. */
  percent(share: number): string
  /** Large counts short, so that columns stay narrow: 1.54 M. */
  short(value: number): string
}

export function useNumbers(): Numbers {
  const language = usePrefs((s) => s.language)
  const n = useCallback((value: number) => formatNumber(value, language), [language])
  const d = useCallback(
    (value: number, digits = 3) =>
      new Intl.NumberFormat(language, { maximumFractionDigits: digits, signDisplay: 'negative' }).format(
        value,
      ),
    [language],
  )
  const percent = useCallback(
    (share: number) => {
      const p = share * 100
      // Neither all nor nothing is said unless it is so.
      if (share < 1 && p >= 99.95) return '>99.9'
      if (share > 0 && p < 0.05) return '<0.1'
      return formatNumber(p, language, Math.abs(p) < 10 && p !== 0 ? 1 : Math.abs(p) >= 99 && p < 100 ? 1 : 0)
    },
    [language],
  )
  const short = useCallback(
    (value: number) =>
      Math.abs(value) < 100_000
        ? formatNumber(value, language)
        : new Intl.NumberFormat(language, { notation: 'compact', maximumSignificantDigits: 3 }).format(value),
    [language],
  )
  return { n, d, percent, short }
}
