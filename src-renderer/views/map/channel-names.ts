import { useCallback } from 'react'
import type { ChannelInfo } from '../../../src-main/common/contract/explore.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { communityName, formatInstant, formatNumber, formatScore } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'

const SCORES = new Set(['risk', 'communityRisk', 'confidence'])
const VALUE_WORDS: Record<string, string> = {
  label: 'common.verdict',
  verdict: 'common.verdict',
  reportClass: 'common.class',
}

/** A channel in the reader's words; tags and attributes keep the names that they have in the data. */
export function useChannelTitle(): (id: string) => string {
  const t = useT()
  const dynamic = useDynamicT()
  return useCallback(
    (id) => {
      if (id.startsWith('tag:')) return t('mapTools.channel.tag', { name: id.slice(4) })
      if (id.startsWith('attribute:')) return id.slice(10)
      return dynamic('mapTools.channel', id)
    },
    [t, dynamic],
  )
}

/** A category's value in the reader's words; null is everything that has no place of its own in the list. */
export function useCategoryName(): (channel: string, value: string | null) => string {
  const t = useT()
  const dynamic = useDynamicT()
  return useCallback(
    (channel, value) => {
      if (value === null) return t('mapTools.legend.other')
      if (channel === 'community') return communityName(Number(value))
      const words = VALUE_WORDS[channel]
      return words ? dynamic(words, value) : value
    },
    [t, dynamic],
  )
}

/** A number or a moment on a channel's axis. */
export function useValueText(): (info: Pick<ChannelInfo, 'id' | 'kind'>, value: number) => string {
  const language = usePrefs((s) => s.language)
  const zone = useWorkspace((s) => s.info?.tzOffset ?? 0)
  return useCallback(
    (info, value) => {
      if (info.kind === 'time') return formatInstant(value, zone, false)
      if (SCORES.has(info.id)) return formatScore(value)
      const size = Math.abs(value)
      return formatNumber(value, language, Number.isInteger(value) || size >= 100 ? 0 : size >= 10 ? 1 : 2)
    },
    [language, zone],
  )
}
