import { Icon } from '@blueprintjs/core'
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import type { AppOutput } from '../../src-main/common/contract/index.ts'
import { api } from '../client/api.ts'
import { useQuery } from '../client/use-query.ts'
import { useFocus } from '../state/focus.ts'
import { useLayout } from '../state/layout.ts'
import { usePrefs } from '../state/prefs.ts'
import { useSelection } from '../state/selection.ts'
import { communityName, formatNumber } from '../ui/format.ts'
import { useT, type MessageKey } from '../ui/i18n/index.ts'
import { ErrorState, Spinner } from '../ui/states.tsx'
import { RiskDot } from '../ui/risk.tsx'
import { useAccountName } from '../ui/text.tsx'

interface Hit {
  key: string
  group: MessageKey
  content: ReactNode
  about?: string
  /** Shows it. */
  show(): void
  /** Makes it part of the selection. */
  select?(): void
}
type Found = AppOutput<'search.all'>

/** A value that follows another one after it has been still for a moment. */
function useSettled<V>(value: V, ms: number): V {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}

/** One box for everything that has a name or a text; Ctrl+K from anywhere, all of it by keyboard. */
export function SearchBox() {
  const t = useT()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [open, setOpen] = useState(false)
  const [cursor, setCursor] = useState(0)
  const query = useSettled(text.trim(), 140)
  const found = useQuery('search.all', query && open ? { query } : null)
  const hits = useHits(query && found.data ? found.data : null, query)
  const count = hits.length

  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        input.current?.focus()
        input.current?.select()
      }
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  useEffect(() => setCursor(0), [query])

  const close = () => {
    setOpen(false)
    input.current?.blur()
  }
  const act = (hit: Hit | undefined, select: boolean) => {
    if (!hit) return
    if (select && hit.select) hit.select()
    else hit.show()
    setText('')
    close()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return // an input method is choosing characters
    if (event.key === 'ArrowDown') setCursor((n) => Math.min(n + 1, count - 1))
    else if (event.key === 'ArrowUp') setCursor((n) => Math.max(n - 1, 0))
    else if (event.key === 'Enter') act(hits[cursor], event.ctrlKey || event.metaKey)
    else if (event.key === 'Escape') {
      if (text) setText('')
      else close()
    } else return
    event.preventDefault()
  }

  const showing = open && query !== ''
  return (
    <div
      className="sh-search"
      role="search"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false)
      }}
    >
      <Icon icon="search" size={14} />
      <input
        ref={input}
        value={text}
        role="combobox"
        aria-expanded={showing}
        aria-controls={`${id}-list`}
        aria-activedescendant={showing && hits[cursor] ? `${id}-${cursor}` : undefined}
        aria-label={t('frame.search.label')}
        placeholder={t('frame.search.label')}
        spellCheck={false}
        autoComplete="off"
        data-testid="search"
        onChange={(event) => {
          setText(event.target.value)
          setOpen(true)
        }}
        onFocus={() => setOpen(true)}
        onKeyDown={onKeyDown}
      />
      <kbd className="sh-kbd">{t('frame.search.keys')}</kbd>
      {showing && (
        <div className="sh-search-results">
          <div role="listbox" id={`${id}-list`} aria-label={t('frame.search.label')}>
            {hits.map((hit, index) => (
              <div key={hit.key}>
                {hits[index - 1]?.group !== hit.group && (
                  <div className="sh-caps" role="presentation">
                    {t(hit.group)}
                  </div>
                )}
                <div
                  id={`${id}-${index}`}
                  role="option"
                  tabIndex={-1}
                  aria-selected={index === cursor}
                  className={index === cursor ? 'sh-hit is-cursor' : 'sh-hit'}
                  data-testid="search-hit"
                  onMouseMove={() => setCursor(index)}
                  // Before the input loses focus and the list closes.
                  onMouseDown={(event) => {
                    event.preventDefault()
                    act(hit, event.ctrlKey || event.metaKey)
                  }}
                >
                  <span className="sh-hit-name">{hit.content}</span>
                  {hit.about && <span className="sh-quiet">{hit.about}</span>}
                </div>
              </div>
            ))}
          </div>
          {found.error && <ErrorState error={found.error} compact />}
          {found.loading && !found.data && <Spinner />}
          {found.data && !found.loading && count <= 1 && (
            <p className="sh-quiet sh-search-note">{t('frame.search.nothing', { text: query })}</p>
          )}
          <p className="sh-quiet sh-search-note">{t('frame.search.hint')}</p>
        </div>
      )}
    </div>
  )
}

function useHits(found: Found | null, query: string): Hit[] {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const call = useAccountName()
  return useMemo(() => {
    if (!found) return []
    const inspect = useFocus.getState().show
    const reveal = useLayout.getState().show
    const selection = useSelection.getState()
    const number = (n: number) => formatNumber(n, language)
    return [
      ...found.communities.map((c): Hit => ({
        key: `c${c.id}`,
        group: 'frame.search.communities',
        content: communityName(c.id),
        about: t('frame.search.members', { count: c.size, n: number(c.size) }),
        show: () => {
          inspect({ kind: 'community', id: c.id })
          useFocus.getState().open(c.id)
          reveal('map')
        },
        select: () => selection.patch({ communities: [c.id] }),
      })),
      ...found.accounts.map((a): Hit => ({
        key: `a${a.id}`,
        group: 'frame.search.accounts',
        content: (
          <>
            <RiskDot score={a.score} /> {call(a.id, a.key)}
          </>
        ),
        ...(a.community !== null && { about: communityName(a.community) }),
        show: () => {
          inspect({ kind: 'account', id: a.id })
          if (a.community !== null) useFocus.getState().open(a.community)
          reveal('inspector')
        },
        select: () => selection.patch({ accounts: [a.id] }),
      })),
      ...found.entities.map((e): Hit => ({
        key: `e${e.id}`,
        group: 'frame.search.entities',
        content: `${e.type} ${e.key}`,
        about: t('frame.search.sharedBy', { count: e.accounts, n: number(e.accounts) }),
        show: () => {
          inspect({ kind: 'entity', id: e.id })
          reveal('inspector')
        },
        select: () => {
          void api
            .call('entities.accounts', { id: e.id })
            .then(({ accounts }) => useSelection.getState().patch({ accounts }))
        },
      })),
      ...found.reports.map((r): Hit => ({
        key: `r${r.id}`,
        group: 'frame.search.reports',
        content: r.snippet,
        about: call(r.accountId, r.accountKey),
        show: () => {
          inspect({ kind: 'report', id: r.id })
          reveal('inspector')
        },
        select: () => selection.patch({ accounts: [r.accountId] }),
      })),
      {
        key: 'text',
        group: 'frame.search.actions',
        content: t('frame.search.selectText', { text: query }),
        show: () => selection.patch({ text: query }),
      },
    ]
  }, [found, query, t, language, call])
}
