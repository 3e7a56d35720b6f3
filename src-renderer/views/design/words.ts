import { useCallback } from 'react'
import { DEFAULT_RECIPE } from '../../../src-main/common/recipe.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { spaced } from './sentence.ts'

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
