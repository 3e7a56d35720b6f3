import { Button, Icon } from '@blueprintjs/core'
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import { useQuery } from '../client/use-query.ts'
import { useLayout } from '../state/layout.ts'
import { usePrefs } from '../state/prefs.ts'
import { useWorkspace } from '../state/workspace.ts'
import { Hint } from '../ui/explain.tsx'
import { formatNumber } from '../ui/format.ts'
import { useT, type MessageKey } from '../ui/i18n/index.ts'
import { ErrorState, Spinner } from '../ui/states.tsx'
import { useSettled } from '../ui/use-settled.ts'
import { keysText, registerCommands } from './commands.ts'
import { useHits, type Hit } from './search/hits.tsx'
import { usePageSources } from './search/pages.ts'
import { readQuery } from './search/query.ts'
import { useRecent } from './search/recent.ts'
import './search/search.css'

const SETTLE_MS = 60
/** Counting takes longer than finding: it waits until the typing has come to rest. */
const COUNT_MS = 300
const SIGNS = [
  ['>', 'commands'],
  ['@', 'accounts'],
  ['#', 'communities'],
  ['?', 'question'],
] as const

/** One box for everything that has a name or a text; Ctrl+K from anywhere, all of it by keyboard. */
export function SearchBox() {
  const t = useT()
  const id = useId()
  const language = usePrefs((s) => s.language)
  const path = useWorkspace((s) => s.info?.path ?? null)
  const recent = useRecent()
  const input = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const [typed, setTyped] = useState('')
  const [open, setOpen] = useState(false)
  const [cursor, setCursor] = useState(0)
  /** Enter came before the answer: what it does waits for it. */
  const waiting = useRef<{ select: boolean } | null>(null)

  const { mode, text } = readQuery(typed)
  const settled = useSettled(text, SETTLE_MS, true)
  const concernsCore = mode !== 'commands' && mode !== 'question'
  const asksCore = open && settled !== '' && concernsCore
  const found = useQuery('search.all', asksCore ? { query: settled } : null)
  const rested = useSettled(text, COUNT_MS)
  const counts = useQuery('search.count', asksCore && rested === settled ? { query: rested } : null, {
    reset: true,
  })
  const vocabulary = useQuery('ask.vocabulary', open ? {} : null, { on: ['facts', 'runs'] })
  const fresh = settled === text && !found.stale
  const results = useHits(mode, text, {
    found: asksCore ? (found.data ?? null) : null,
    counts: counts.data ?? null,
    vocabulary: vocabulary.data ?? null,
  })
  const idle = typed.trim() === ''
  const hits = idle ? beginning() : results
  const count = hits.length

  const pages = usePageSources()
  useEffect(() => {
    if (open) for (const source of pages) source.prepare?.()
  }, [open, pages])
  useEffect(() => recent.follow(path), [path, recent])
  useEffect(() => {
    const focus = (prefix: string) => {
      setTyped(prefix)
      setOpen(true)
      input.current?.focus()
      if (prefix === '') input.current?.select()
    }
    return registerCommands([
      {
        id: 'search',
        titleKey: 'search.command.search',
        keys: ['Mod+K'],
        whileTyping: true,
        group: 'help',
        run: () => focus(''),
      },
      {
        id: 'search.commands',
        titleKey: 'search.command.commands',
        keys: ['Mod+Shift+P'],
        whileTyping: true,
        group: 'help',
        run: () => focus('>'),
      },
      {
        id: 'ask',
        titleKey: 'ask.open',
        keys: ['Mod+Shift+K'],
        whileTyping: true,
        group: 'go',
        run: () => useLayout.getState().goTo('ask'),
      },
    ])
  }, [])
  useEffect(() => setCursor(0), [text, mode])
  useEffect(() => {
    list.current?.querySelector('.is-cursor')?.scrollIntoView({ block: 'nearest' })
  }, [cursor])
  useEffect(() => {
    const asked = waiting.current
    if (!asked || !fresh) return
    waiting.current = null
    act(hits[0], asked.select)
  })

  /** Before anything is typed: what was searched for, and what can be done here. */
  function beginning(): Hit[] {
    return [
      ...recent.list.map((was): Hit => ({
        key: `was ${was}`,
        group: 'search.group.recent',
        content: was,
        passing: true,
        show: () => again(was),
      })),
      ...SIGNS.map(([sign, what]): Hit => ({
        key: `sign ${sign}`,
        group: 'search.group.signs',
        content: t(`search.sign.${what}`),
        keys: sign,
        passing: true,
        show: () => again(sign),
      })),
    ]
  }
  const again = (value: string) => {
    setTyped(value)
    setOpen(true)
    input.current?.focus()
  }
  const close = () => {
    setOpen(false)
    input.current?.blur()
  }
  function act(hit: Hit | undefined, select: boolean): void {
    if (!hit) return
    if (!hit.passing) recent.add(typed)
    if (idle) return hit.show()
    setTyped('')
    close()
    if (select && hit.select) hit.select()
    else hit.show()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return // an input method is choosing characters
    const command = event.ctrlKey || event.metaKey
    if (event.key === 'ArrowDown') setCursor((n) => (n + 1) % Math.max(1, count))
    else if (event.key === 'ArrowUp') setCursor((n) => (n - 1 + count) % Math.max(1, count))
    else if (event.key === 'Enter') {
      // What was just typed counts, also before it has settled: else Enter would act on an answer to something else.
      if (fresh || cursor > 0 || idle || !concernsCore) act(hits[cursor], command)
      else waiting.current = { select: command }
    } else if (event.key === 'Escape') {
      waiting.current = null
      if (typed) setTyped('')
      else close()
    } else return
    event.preventDefault()
    event.stopPropagation()
  }

  const showing = open
  const groups = groupsOf(hits)
  const countOf = (group: MessageKey): string | null => {
    const n =
      group === 'search.group.accounts'
        ? counts.data?.accounts
        : group === 'search.group.entities'
          ? counts.data?.entities
          : group === 'search.group.reports'
            ? counts.data?.reports
            : undefined
    if (n === undefined || !counts.data) return null
    const most = counts.data.counted
    return n > most ? t('search.more', { n: formatNumber(most, language) }) : formatNumber(n, language)
  }
  let index = -1
  return (
    <div
      className="sh-search"
      role="search"
      onBlur={(event) => {
        if (event.currentTarget.contains(event.relatedTarget)) return
        waiting.current = null
        setOpen(false)
      }}
    >
      <Icon icon="search" size={14} />
      <input
        ref={input}
        value={typed}
        role="combobox"
        aria-expanded={showing}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={showing && hits[cursor] ? `${id}-${cursor}` : undefined}
        aria-label={t('frame.search.label')}
        placeholder={t('frame.search.label')}
        spellCheck={false}
        autoComplete="off"
        data-testid="search"
        onChange={(event) => {
          setTyped(event.target.value)
          setOpen(true)
        }}
        onFocus={() => setOpen(true)}
        onMouseDown={() => setOpen(true)}
        onKeyDown={onKeyDown}
      />
      <kbd className="sh-kbd">{keysText('Mod+K')}</kbd>
      <Hint text={t('ask.open')} keys={keysText('Mod+Shift+K')}>
        <Button
          className="sh-search-ask"
          variant="minimal"
          size="small"
          icon={<Icon icon="help" size={13} />}
          aria-label={t('ask.open')}
          data-testid="ask-open"
          onClick={() => {
            setOpen(false)
            useLayout.getState().goTo('ask')
          }}
        />
      </Hint>
      {showing && (
        <div className="sh-search-results" aria-busy={!fresh}>
          <div role="listbox" id={`${id}-list`} ref={list} aria-label={t('frame.search.label')}>
            {groups.map(({ group, hits: members }) => (
              <div key={group} role="group" aria-label={t(group)}>
                <div className="sh-caps sh-search-group" role="presentation">
                  <span>{t(group)}</span>
                  <span>{countOf(group)}</span>
                </div>
                {members.map((hit) => {
                  index++
                  const at = index
                  return (
                    <div
                      key={hit.key}
                      id={`${id}-${at}`}
                      role="option"
                      tabIndex={-1}
                      aria-selected={at === cursor}
                      className={at === cursor ? 'sh-hit is-cursor' : 'sh-hit'}
                      data-testid="search-hit"
                      onMouseMove={() => setCursor(at)}
                      // Before the input loses focus and the list closes.
                      onMouseDown={(event) => {
                        event.preventDefault()
                        act(hit, event.ctrlKey || event.metaKey)
                      }}
                    >
                      <span className="sh-hit-name">{hit.content}</span>
                      {hit.about && <span className="sh-quiet">{hit.about}</span>}
                      {hit.keys && <kbd className="sh-kbd">{hit.keys}</kbd>}
                    </div>
                  )
                })}
              </div>
            ))}
          </div>
          {found.error && <ErrorState error={found.error} compact />}
          {asksCore && found.loading && !found.data && <Spinner />}
          {!idle && fresh && (!asksCore || found.data) && !found.error && nothingFound(hits) && (
            <p className="sh-quiet sh-search-note" role="status">
              {t('frame.search.nothing', { text: text || typed.trim() })}
            </p>
          )}
          {!idle && <p className="sh-quiet sh-search-note">{t('frame.search.hint')}</p>}
        </div>
      )}
    </div>
  )
}

const nothingFound = (hits: Hit[]) => hits.every((hit) => hit.group === 'search.group.actions')

function groupsOf(hits: Hit[]): { group: MessageKey; hits: Hit[] }[] {
  const groups: { group: MessageKey; hits: Hit[] }[] = []
  for (const hit of hits) {
    const last = groups.at(-1)
    if (last?.group === hit.group) last.hits.push(hit)
    else groups.push({ group: hit.group, hits: [hit] })
  }
  return groups
}
