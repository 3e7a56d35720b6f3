import { useMemo, type ReactNode } from 'react'
import type { AppOutput } from '../../../src-main/common/contract/index.ts'
import type { AskVocabulary } from '../../../src-main/common/contract/ask.ts'
import { toErrorShape } from '../../../src-main/common/errors.ts'
import { api } from '../../client/api.ts'
import { useFocus } from '../../state/focus.ts'
import { useLayout } from '../../state/layout.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useSelection } from '../../state/selection.ts'
import { communityName, formatNumber } from '../../ui/format.ts'
import { useDynamicT, useT, type MessageKey } from '../../ui/i18n/index.ts'
import { RiskDot } from '../../ui/risk.tsx'
import { useAccountName } from '../../ui/text.tsx'
import { useToasts } from '../../ui/toast.tsx'
import { examplesFor } from '../../views/ask/examples.ts'
import { useAsk } from '../../views/ask/store.ts'
import { keysText, useCommands } from '../commands.ts'
import { fuzzyScore } from './fuzzy.ts'
import { usePageSources } from './pages.ts'
import type { Mode } from './query.ts'

export interface Hit {
  key: string
  group: MessageKey
  content: ReactNode
  about?: string
  keys?: string
  /** Shows it. */
  show(): void
  /** Makes it part of the selection. */
  select?(): void
  /** What is found by it is not what was searched for: not remembered. */
  passing?: boolean
}
export interface Results {
  found: AppOutput<'search.all'> | null
  counts: AppOutput<'search.count'> | null
  vocabulary: AskVocabulary | null
}

/** Ids that a selection names one by one; more become a stored set. */
const NAMED = 50
const LIST = 6
const patch = (parts: Parameters<ReturnType<typeof useSelection.getState>['patch']>[0]) =>
  useSelection.getState().patch(parts)

/** Selects accounts: by name while they are few, as a set when they are many. */
async function selectMany(accounts: Uint32Array | number[]): Promise<void> {
  try {
    if (accounts.length <= NAMED) return patch({ accounts: [...accounts] })
    const set = await api.call('sets.create', { kind: 'picked', accounts: [...accounts] })
    patch({ sets: [set.id] })
  } catch (error) {
    useToasts.getState().say(toErrorShape(error).message, 'failed')
  }
}

/** Everything that answers what was typed, group by group. */
export function useHits(mode: Mode, text: string, results: Results): Hit[] {
  const t = useT()
  const hits = [
    ...useFactHits(mode, text, results),
    ...useWordHits(mode, text, results.vocabulary),
    ...useCommandHits(mode, text),
    ...usePageHits(mode, text),
    ...useQuestionHits(mode, text, results.vocabulary),
  ]
  if (mode !== 'all' || text === '') return hits
  return [
    ...hits,
    {
      key: 'text',
      group: 'search.group.actions',
      content: t('frame.search.selectText', { text }),
      show: () => patch({ text }),
    },
  ]
}

function useFactHits(mode: Mode, text: string, { found, counts }: Results): Hit[] {
  const t = useT()
  const dynamic = useDynamicT()
  const call = useAccountName()
  const language = usePrefs((s) => s.language)
  const hidden = usePrefs((s) => s.hideNames)
  return useMemo(() => {
    if (!found || text === '') return []
    const inspect = useFocus.getState().show
    const number = (n: number) => formatNumber(n, language)
    const wants = (...modes: Mode[]) => mode === 'all' || modes.includes(mode)
    const out: Hit[] = []
    if (wants('communities')) {
      out.push(
        ...found.communities.map((c): Hit => ({
          key: `c${c.id}`,
          group: 'search.group.communities',
          content: communityName(c.id),
          about: t('frame.search.members', { count: c.size, n: number(c.size) }),
          show: () => {
            inspect({ kind: 'community', id: c.id })
            useFocus.getState().open(c.id)
            useLayout.getState().goTo('map')
          },
          select: () => patch({ communities: [c.id] }),
        })),
        ...found.tags.map((tag): Hit => ({
          key: `#${tag.name}`,
          group: 'search.group.tags',
          content: `#${tag.name}`,
          about: t('frame.search.members', { count: tag.accounts, n: number(tag.accounts) }),
          show: () => patch({ tags: [tag.name] }),
        })),
      )
    }
    if (wants('accounts')) {
      out.push(
        ...found.accounts.map((a): Hit => ({
          key: `a${a.id}`,
          group: 'search.group.accounts',
          content: (
            <>
              <RiskDot score={a.score} /> {call(a.id, a.key)}
              {a.name !== null && !hidden && <span className="sh-quiet"> {a.name}</span>}
            </>
          ),
          ...(a.community !== null && { about: communityName(a.community) }),
          show: () => {
            inspect({ kind: 'account', id: a.id })
            if (a.community !== null) useFocus.getState().open(a.community)
            useLayout.getState().goTo('inspector')
          },
          select: () => patch({ accounts: [a.id] }),
        })),
      )
      if (counts && counts.accounts > 1 && found.accounts.length > 0) {
        const more = counts.accounts > counts.counted
        const selectAll = () =>
          void api.call('search.accounts', { query: text }).then(
            ({ accounts }) => selectMany(accounts),
            (error: unknown) => useToasts.getState().say(toErrorShape(error).message, 'failed'),
          )
        out.push({
          key: 'accounts-all',
          group: 'search.group.accounts',
          content: t(more ? 'search.allMore' : 'search.all', {
            count: counts.accounts,
            n: number(more ? counts.counted : counts.accounts),
          }),
          about: t('search.asSelection'),
          show: selectAll,
        })
      }
    }
    if (mode === 'all') {
      out.push(
        ...found.entities.map((e): Hit => ({
          key: `e${e.id}`,
          group: 'search.group.entities',
          content: `${dynamic('ask.thing', e.type, e.type)} ${e.key}`,
          about: t('frame.search.sharedBy', { count: e.accounts, n: number(e.accounts) }),
          show: () => {
            inspect({ kind: 'entity', id: e.id })
            useLayout.getState().goTo('inspector')
          },
          select: () => patch({ entities: [e.id] }),
        })),
        ...found.reports.map((r): Hit => ({
          key: `r${r.id}`,
          group: 'search.group.reports',
          content: r.snippet,
          about: call(r.accountId, r.accountKey),
          show: () => {
            inspect({ kind: 'report', id: r.id })
            useLayout.getState().goTo('inspector')
          },
          select: () => patch({ accounts: [r.accountId] }),
        })),
      )
    }
    return out
  }, [found, counts, mode, text, t, dynamic, call, language, hidden])
}

/** Values of attributes, labels and classes that contain the text: each selects its accounts. */
function useWordHits(mode: Mode, text: string, vocabulary: AskVocabulary | null): Hit[] {
  const dynamic = useDynamicT()
  return useMemo(() => {
    if (mode !== 'all' || text.length < 2 || !vocabulary) return []
    const low = text.toLowerCase()
    const is = (value: string) => value.toLowerCase().includes(low)
    const values = vocabulary.attributes.flatMap(({ name, values: list }) =>
      list.filter((value) => is(value) || is(name)).map((value) => ({ name, value })),
    )
    return [
      ...vocabulary.labels
        .filter((label) => is(label) || is(dynamic('common.verdict', label, label)))
        .slice(0, LIST)
        .map((label): Hit => ({
          key: `l${label}`,
          group: 'search.group.labels',
          content: dynamic('common.verdict', label, label),
          show: () => patch({ labels: [label] }),
        })),
      ...values.slice(0, LIST).map(({ name, value }): Hit => ({
        key: `v${name}=${value}`,
        group: 'search.group.attributes',
        content: value,
        about: name,
        show: () => {
          const others = (useSelection.getState().selection.attributes ?? []).filter((a) => a.name !== name)
          patch({ attributes: [...others, { name, values: [value] }] })
        },
      })),
    ]
  }, [mode, text, vocabulary, dynamic])
}

function useCommandHits(mode: Mode, text: string): Hit[] {
  const t = useT()
  const commands = useCommands()
  return useMemo(() => {
    if (mode !== 'all' && mode !== 'commands') return []
    if (mode === 'all' && text.length < 2) return []
    const named = commands
      .filter((command) => command.enabled?.() ?? true)
      .map((command) => ({ command, title: t(command.titleKey, command.titleValues) }))
      .map((entry) => ({ ...entry, score: text === '' ? 1 : fuzzyScore(text, entry.title) }))
      .filter(({ score }) => score > (mode === 'all' ? 0.55 : 0))
      .sort((a, b) => b.score - a.score)
      .slice(0, mode === 'all' ? 4 : 60)
    return named.map(({ command, title }): Hit => ({
      key: `>${command.id}`,
      group: 'search.group.commands',
      content: title,
      ...(command.keys?.[0] && { keys: keysText(command.keys[0]) }),
      passing: true,
      show: () => command.run(),
    }))
  }, [commands, mode, text, t])
}

function usePageHits(mode: Mode, text: string): Hit[] {
  const sources = usePageSources()
  return useMemo(() => {
    if (mode !== 'all' || text.length < 2) return []
    return sources.flatMap((source) =>
      source.find(text, 4).map((page): Hit => ({
        key: `p${source.id}/${page.id}`,
        group: 'search.group.pages',
        content: page.title,
        ...(page.about && { about: page.about }),
        show: page.open,
      })),
    )
  }, [sources, mode, text])
}

/** The way to the builder, and ready-made questions by their names. */
function useQuestionHits(mode: Mode, text: string, vocabulary: AskVocabulary | null): Hit[] {
  const t = useT()
  return useMemo(() => {
    if (mode !== 'question') return []
    const open: Hit = {
      key: '?',
      group: 'search.group.questions',
      content: t('ask.open'),
      passing: true,
      show: () => useLayout.getState().goTo('ask'),
    }
    const ready = (vocabulary ? examplesFor(vocabulary) : [])
      .filter((example) => text === '' || fuzzyScore(text, t(example.title)) > 0)
      .map((example): Hit => ({
        key: `?${example.id}`,
        group: 'search.group.questions',
        content: t(example.title),
        show: () => {
          useAsk.getState().set(example.ask)
          useLayout.getState().goTo('ask')
        },
      }))
    return [open, ...ready]
  }, [mode, text, vocabulary, t])
}
