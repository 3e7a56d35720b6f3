import { useMemo } from 'react'
import type { Reach } from '../../../../src-main/common/contract/around.ts'
import { useQuery } from '../../../client/use-query.ts'
import { useFocus } from '../../../state/focus.ts'
import { useLayout } from '../../../state/layout.ts'
import { usePrefs } from '../../../state/prefs.ts'
import { formatNumber } from '../../../ui/format.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { expand, expandHops, lookAround, MOST_FROM, MOST_PATH_ENDS } from './actions.ts'
import { thingIcon } from './icons.ts'
import { withLetters, type MenuItem, type MenuSection } from './menu.tsx'
import { membersOfNode, otherEnd, type AroundModel } from './model.ts'
import type { AroundStage } from './stage.ts'
import {
  accountIds,
  changeGroup,
  group,
  hide,
  idOf,
  kindOf,
  membersOf,
  pin,
  remove,
  thingIds,
  unhide,
  unpin,
  type NodeKey,
} from './state.ts'
import { useAround } from './store.ts'
import { useChannelWords } from './words.ts'

/** Shows in the inspector what a node stands for. */
export function inspect(key: NodeKey): void {
  const { show } = useFocus.getState()
  if (kindOf(key) === 'account') show({ kind: 'account', id: idOf(key) })
  else if (kindOf(key) === 'thing') show({ kind: 'entity', id: idOf(key) })
  else if (kindOf(key) === 'more') useAround.setState({ side: { kind: 'more', expansion: idOf(key) } })
}

/** What commands act on: everything picked where the node is among it (or there is none), else the node alone. */
export function targetsOf(key: NodeKey | null): NodeKey[] {
  const { picked, cursor } = useAround.getState()
  if (key !== null && !picked.has(key)) return [key]
  if (picked.size > 0) return [...picked]
  return key ? [key] : cursor ? [cursor] : []
}

/** What can be done to the canvas's nodes, beside expanding them. */
export function actOn(
  model: AroundModel,
  stage: AroundStage,
  targets: readonly NodeKey[],
  groupName: string,
) {
  const { change, pick } = useAround.getState()
  const { state } = useAround.getState()
  const members = targets.flatMap((key) => membersOfNode(model, state, key))
  const drawn = targets.filter((key) => model.placeOf.has(key))
  return {
    members,
    hide: () => change((s) => hide(s, targets)),
    remove: () => {
      pick(targets, 'remove')
      change((s) => {
        const groups = targets.filter((key) => kindOf(key) === 'group')
        // A thing that stands between accounts would come back by itself: it is hidden.
        const things = members.filter((key) => kindOf(key) === 'thing')
        const without = groups.reduce((now, key) => changeGroup(now, idOf(key), null), s)
        return hide(remove(without, members), things)
      })
    },
    togglePin: () =>
      change((s) => {
        if (drawn.every((key) => key in s.pinned)) return unpin(s, drawn)
        return pin(
          s,
          Object.fromEntries(
            drawn.flatMap((key) => {
              const at = stage.placeOfNode(key)
              return at ? [[key, [Math.round(at.x), Math.round(at.y)] as [number, number]]] : []
            }),
          ),
        )
      }),
    group: () => change((s) => group(s, members, groupName)),
    ungroup: () =>
      change((s) =>
        targets
          .filter((key) => kindOf(key) === 'group')
          .reduce((now, key) => changeGroup(now, idOf(key), null), s),
      ),
    neighbours: () =>
      pick(
        targets.flatMap((key) => {
          const place = model.placeOf.get(key)
          if (place === undefined) return []
          return model.edgesOf[place]!.map((e) => model.nodes[otherEnd(model.edges[e]!, place)]!.key)
        }),
        'add',
      ),
    joins: () =>
      useAround.setState({ side: { kind: 'joins', accounts: accountIds(members).slice(0, MOST_FROM) } }),
    paths: () =>
      useAround.setState({ side: { kind: 'paths', accounts: accountIds(members).slice(0, MOST_PATH_ENDS) } }),
  }
}

/** The menu's sections for some nodes: what expanding would bring is asked when it opens. */
export function useMenu(
  targets: readonly NodeKey[] | null,
  model: AroundModel | null,
  stage: AroundStage | null,
  only: 'all' | 'expand',
): MenuSection[] {
  const t = useT()
  const channel = useChannelWords()
  const language = usePrefs((s) => s.language)
  const state = useAround((s) => s.state)
  const asked = targets?.filter((key) => kindOf(key) === 'account' || kindOf(key) === 'thing') ?? []
  const shown = useMemo(() => membersOf(state).accounts.slice(0, 20_000), [state])
  const reach = useQuery(
    'graph.reach',
    asked.length > 0
      ? {
          accountIds: accountIds(asked).slice(0, MOST_FROM),
          thingIds: thingIds(asked).slice(0, MOST_FROM),
          shown,
        }
      : null,
    { reset: true },
  )
  if (!targets || !model || !stage) return []
  const n = (value: number) => formatNumber(value, language)
  const about = ({ accounts, fresh, hubs, hubAccounts }: Reach): string => {
    const count =
      fresh === accounts ? n(accounts) : t('around.menu.fresh', { fresh: n(fresh), n: n(accounts) })
    if (hubs === 0) return count
    const hub = t('around.menu.hub', { n: n(hubAccounts) })
    return accounts === 0 ? hub : `${count} · ${hub}`
  }
  const expansions: MenuItem[] = (reach.data?.rows ?? []).map((row) => ({
    id: row.channel,
    text: channel(row.channel),
    about: about(row),
    icon: row.channel.startsWith('entity:') ? thingIcon(row.channel.slice(7)).name : 'graph',
    run: () => void expand(asked, row.channel),
  }))
  const account = asked.length === 1 && kindOf(asked[0]!) === 'account' ? asked[0]! : null
  if (account)
    expansions.push({
      id: 'hops',
      text: t('around.menu.hops', { hops: 2 }),
      icon: 'circle-arrow-right',
      run: () => void expandHops(account, 2, 300),
    })
  const sections: MenuSection[] = []
  if (asked.length > 0)
    sections.push({
      title: t('around.menu.expand'),
      items: withLetters(expansions),
      waiting: reach.loading && !reach.data,
    })
  if (only === 'expand') return sections
  const act = actOn(model, stage, targets, t('around.group.name', { n: state.next }))
  const accounts = accountIds(act.members)
  const item = (id: string, icon: MenuItem['icon'], text: string, run: () => void): MenuItem => ({
    id,
    text,
    run,
    ...(icon && { icon }),
  })
  if (targets.length > 0) {
    const groups = targets.some((key) => kindOf(key) === 'group')
    const pinned = targets.every((key) => key in state.pinned)
    sections.push({
      items: [
        ...(targets.length === 1 && kindOf(targets[0]!) !== 'group'
          ? [
              item('inspect', 'panel-stats', t('around.menu.inspect'), () => {
                inspect(targets[0]!)
                if (kindOf(targets[0]!) !== 'more') useLayout.getState().show('inspector')
              }),
            ]
          : []),
        ...(asked.length > 0
          ? [item('restart', 'locate', t('around.menu.restart'), () => void lookAround(asked))]
          : []),
        item('neighbours', 'select', t('around.menu.neighbours'), act.neighbours),
        ...(accounts.length > 1
          ? [
              item('joins', 'link', t('around.menu.joins', { n: n(accounts.length) }), act.joins),
              item('paths', 'route', t('around.menu.paths'), act.paths),
            ]
          : []),
        item(
          'pin',
          pinned ? 'unpin' : 'pin',
          t(pinned ? 'around.menu.unpin' : 'around.menu.pin'),
          act.togglePin,
        ),
        ...(act.members.length > 1 && !groups
          ? [item('group', 'group-objects', t('around.menu.group', { n: n(act.members.length) }), act.group)]
          : []),
        ...(groups ? [item('ungroup', 'ungroup-objects', t('around.menu.ungroup'), act.ungroup)] : []),
        item('hide', 'eye-off', t('around.menu.hide'), act.hide),
        item('remove', 'trash', t('around.menu.remove'), act.remove),
      ],
    })
  } else
    sections.push({
      items: [
        item('fit', 'zoom-to-fit', t('around.tool.fit'), () => stage.fit(false)),
        item('tidy', 'clean', t('around.tool.tidy'), () => useAround.getState().setLayout('force')),
        item('selectAll', 'select', t('around.menu.selectAll'), () =>
          useAround.getState().pick(model.nodes.flatMap(({ key, kind }) => (kind === 'more' ? [] : key))),
        ),
        ...(state.hidden.length > 0
          ? [
              item(
                'unhide',
                'eye-open',
                t('around.menu.unhide', { count: state.hidden.length, n: n(state.hidden.length) }),
                () => useAround.getState().change((s) => unhide(s, s.hidden)),
              ),
            ]
          : []),
      ],
    })
  return sections
}
