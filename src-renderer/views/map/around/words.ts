import type { AroundScene } from '../../../../src-main/common/contract/around.ts'
import { useCallback } from 'react'
import { usePrefs } from '../../../state/prefs.ts'
import { communityName, formatInstant, formatNumber } from '../../../ui/format.ts'
import { useDynamicT, useT } from '../../../ui/i18n/index.ts'
import { useAccountName } from '../../../ui/text.tsx'
import { useWorkspace } from '../../../state/workspace.ts'
import type { Guide } from './layout.ts'
import type { AroundModel } from './model.ts'
import { idOf, kindOf, type AroundState, type Expansion, type NodeKey } from './state.ts'

/** What a channel is called: 'entity:device' is the device, 'relation:friend' friends, 'rhythm' the same hours. */
export function useChannelWords(): (channel: string) => string {
  const t = useT()
  const dynamic = useDynamicT()
  return (channel) => {
    if (channel === 'all') return t('around.channel.all')
    if (channel === 'users') return t('around.channel.users')
    const type = channel.slice(channel.indexOf(':') + 1)
    return dynamic('sharing.channel', channel.replace(':', '_'), dynamic('inspector.channel', type, type))
  }
}

/** What a type of things is called. */
export function useTypeWords(): (type: string) => string {
  const dynamic = useDynamicT()
  return (type) => dynamic('inspector.channel', type, type)
}

/** What nodes of a scene are called now: names hide where they are hidden. */
export function useNames(scene: AroundScene | undefined, state: AroundState): (key: NodeKey) => string {
  const t = useT()
  const call = useAccountName()
  const language = usePrefs((s) => s.language)
  const { groups, expansions } = state
  return useCallback(
    (key: NodeKey): string => {
      const id = idOf(key)
      switch (kindOf(key)) {
        case 'account': {
          const row = scene ? rowOf(scene.accounts.id, id) : -1
          return row < 0 ? call(id, `#${id}`) : call(id, scene!.accounts.key[row]!)
        }
        case 'thing': {
          const row = scene ? rowOf(scene.things.id, id) : -1
          return row < 0 ? `#${id}` : scene!.things.key[row]!
        }
        case 'group':
          return groups.find((group) => group.id === id)?.name ?? ''
        case 'more': {
          const left = expansions.find((expansion) => expansion.id === id)?.left ?? 0
          return t('around.more.name', { n: formatNumber(left, language) })
        }
        default:
          return ''
      }
    },
    [scene, groups, expansions, call, language, t],
  )
}

const rows = new WeakMap<Uint32Array, Map<number, number>>()
/** Row of an id in a column; -1 where it is not there. */
export function rowOf(column: Uint32Array, id: number): number {
  let known = rows.get(column)
  if (!known) {
    known = new Map(Array.from(column, (value, i) => [value, i]))
    rows.set(column, known)
  }
  return known.get(id) ?? -1
}

/** An expansion as a short sentence: "3 devices of wx_9f31 → 14 accounts". */
export function useExpansionWords(nameOf: (key: NodeKey) => string): (expansion: Expansion) => string {
  const t = useT()
  const channel = useChannelWords()
  const language = usePrefs((s) => s.language)
  const n = (value: number) => formatNumber(value, language)
  return (expansion) => {
    const [first, ...others] = expansion.from
    const from =
      others.length === 0
        ? nameOf(first ?? '')
        : t('around.chip.andMore', { name: nameOf(first ?? ''), n: n(others.length) })
    const to = t('around.chip.accounts', {
      count: expansion.accounts.length,
      n: n(expansion.accounts.length),
    })
    const things = t('around.chip.things', { count: expansion.things.length, n: n(expansion.things.length) })
    switch (expansion.kind) {
      case 'hops':
        return t('around.chip.hops', { hops: expansion.channel, from, to })
      case 'paths':
        return t('around.chip.path', {
          from: nameOf(expansion.from[0] ?? ''),
          to: nameOf(expansion.from.at(-1) ?? ''),
        })
      case 'joins':
      case 'added':
        return t('around.chip.found', { what: expansion.accounts.length > 0 ? to : things, from })
      case 'expand':
        if (expansion.channel === 'users') return t('around.chip.users', { from, to })
        if (expansion.channel.startsWith('entity:') && expansion.things.length > 0)
          return t('around.chip.shared', {
            n: n(expansion.things.length),
            what: channel(expansion.channel),
            from,
            to,
          })
        return t('around.chip.channel', { what: channel(expansion.channel), from, to })
    }
  }
}

/** What a guide of a layout says. */
export function useGuideWords(): (guide: Guide) => string {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const zone = useWorkspace((s) => s.info?.tzOffset ?? 0)
  return (guide) => {
    if (guide.kind === 'ring') return t('around.guide.hop', { count: guide.hop })
    if (guide.kind === 'date') return formatInstant(guide.ms, zone, false)
    if (guide.kind === 'undated') return t('around.guide.undated')
    const n = formatNumber(guide.accounts, language)
    return guide.community === null
      ? t('around.guide.noCommunity', { n })
      : `${communityName(guide.community)} · ${n}`
  }
}

/** The kinds of ties that a mask names, in words. */
export function kindsOf(scene: AroundScene, mask: number, channel: (id: string) => string): string[] {
  return scene.channels.flatMap((id, k) => (mask & (1 << k) ? channel(id) : []))
}

/** How many drawn edges are of each kind of tie, and how many drawn things of each type. */
export function countKinds(model: AroundModel): {
  channels: Map<string, number>
  types: Map<string, number>
} {
  const channels = new Map<string, number>()
  const types = new Map<string, number>()
  for (const { kind, mask } of model.edges) {
    if (kind !== 'tie') continue
    model.scene.channels.forEach((id, k) => {
      if (mask & (1 << k)) channels.set(id, (channels.get(id) ?? 0) + 1)
    })
  }
  for (const { kind, index } of model.nodes) {
    if (kind !== 'thing') continue
    const type = model.scene.types[model.scene.things.type[index]!]!
    types.set(type, (types.get(type) ?? 0) + 1)
  }
  return { channels, types }
}
