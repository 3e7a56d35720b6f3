import { Icon } from '@blueprintjs/core'
import { usePrefs } from '../../../state/prefs.ts'
import { formatNumber } from '../../../ui/format.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { pairName } from './look.ts'
import { accountKey, changeGroup, collapse, thingKey, unhide, type Expansion, type NodeKey } from './state.ts'
import { useAround } from './store.ts'
import { useExpansionWords } from './words.ts'

/** What was asked for, one chip each: a click points out what it brought, the cross takes exactly that back. */
export function Chips({ nameOf }: { nameOf: (key: NodeKey) => string }) {
  const t = useT()
  const say = useExpansionWords(nameOf)
  const language = usePrefs((s) => s.language)
  const { expansions, groups, hidden } = useAround((s) => s.state)
  const change = useAround((s) => s.change)
  const bright = useAround((s) => s.bright)
  const n = (value: number) => formatNumber(value, language)
  return (
    <div
      className="sh-around-chips"
      role="group"
      aria-label={t('around.chip.label')}
      data-testid="around-chips"
    >
      {expansions.map((expansion) => (
        <span key={expansion.id} className="sh-chip" data-testid="around-chip">
          <button
            type="button"
            className="sh-chip-main"
            title={say(expansion)}
            onClick={() => useAround.setState({ bright: bright ? null : brought(expansion) })}
          >
            {say(expansion)}
          </button>
          {expansion.left > 0 && (
            <button
              type="button"
              className="sh-around-chip-more"
              onClick={() => useAround.setState({ side: { kind: 'more', expansion: expansion.id } })}
            >
              {t('around.more.name', { n: n(expansion.left) })}
            </button>
          )}
          <button
            type="button"
            className="sh-chip-remove"
            aria-label={t('around.chip.collapse', { what: say(expansion) })}
            title={t('around.chip.collapse', { what: say(expansion) })}
            onClick={() => {
              useAround.setState({ bright: null })
              change((state) => collapse(state, expansion.id))
            }}
          >
            <Icon icon="small-cross" size={14} />
          </button>
        </span>
      ))}
      {groups.map(({ id, name, members, closed }) => (
        <span key={`g${id}`} className="sh-chip" data-testid="around-group">
          <button
            type="button"
            className="sh-chip-main"
            aria-pressed={closed}
            title={t(closed ? 'around.group.open' : 'around.group.close', { name })}
            onClick={() => change((state) => changeGroup(state, id, { closed: !closed }))}
          >
            <Icon icon={closed ? 'group-objects' : 'ungroup-objects'} size={11} />
            <span>{name}</span>
            <b>{n(members.length)}</b>
          </button>
          <button
            type="button"
            className="sh-chip-remove"
            aria-label={t('around.group.remove', { name })}
            onClick={() => change((state) => changeGroup(state, id, null))}
          >
            <Icon icon="small-cross" size={14} />
          </button>
        </span>
      ))}
      {hidden.length > 0 && (
        <span className="sh-chip" data-testid="around-hidden">
          <button
            type="button"
            className="sh-chip-main"
            onClick={() => change((state) => unhide(state, state.hidden))}
          >
            <Icon icon="eye-off" size={11} />
            {t('around.menu.unhide', { count: hidden.length, n: n(hidden.length) })}
          </button>
        </span>
      )}
    </div>
  )
}

function brought({ kind, from, accounts, things, paths }: Expansion) {
  const nodes = new Set<NodeKey>([...from, ...accounts.map(accountKey), ...things.map(thingKey)])
  const edges = new Set<string>()
  if (kind === 'paths')
    for (const path of paths ?? [])
      path.slice(1).forEach((id, i) => edges.add(pairName(accountKey(path[i]!), accountKey(id))))
  else
    for (const origin of from) for (const key of nodes) if (key !== origin) edges.add(pairName(origin, key))
  return { nodes, edges }
}
