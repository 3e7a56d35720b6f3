import { TextArea } from '@blueprintjs/core'
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import {
  encodeDraft,
  mentionBeingTyped,
  mentionToken,
  type Mention,
} from '../../../src-main/common/mentions.ts'
import { api } from '../../client/api.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { communityName } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { useMentionName } from './note-text.tsx'

const OFFERED = 4

/** A note being written: what is shown, and the tokens that stand for what it names. */
export interface Draft {
  shown: string
  mentions: { shown: string; token: string }[]
}
export const EMPTY_DRAFT: Draft = { shown: '', mentions: [] }
/** The text to be stored. */
export const draftText = (draft: Draft): string => encodeDraft(draft.shown, draft.mentions).trim()

interface Offer {
  mention: Mention
  kind: string
}

/** A text field in which `@` names an account, a community, a shared thing or a case, picked from a list by mouse or keys. */
export function NoteInput(props: {
  draft: Draft
  onChange(draft: Draft): void
  onSubmit(): void
  label: string
  testId?: string
}) {
  const t = useT()
  const id = useId()
  const call = useMentionName()
  const field = useRef<HTMLTextAreaElement>(null)
  const [asked, setAsked] = useState<string | null>(null)
  const [at, setAt] = useState(0)
  const offers = useOffers(asked)
  const { draft } = props
  const open = asked !== null && offers.length > 0

  const look = (text: string, caret: number) => {
    setAsked(mentionBeingTyped(text.slice(0, caret)))
    setAt(0)
  }
  const pick = (offer: Offer) => {
    const caret = field.current?.selectionStart ?? draft.shown.length
    const from = caret - (asked?.length ?? 0) - 1
    const shown = call(offer.mention)
    const text = `${draft.shown.slice(0, from)}@${shown} ${draft.shown.slice(caret)}`
    props.onChange({
      shown: text,
      mentions: [
        ...draft.mentions.filter((m) => m.shown !== shown),
        { shown, token: mentionToken(offer.mention) },
      ],
    })
    setAsked(null)
    const end = from + shown.length + 2
    requestAnimationFrame(() => {
      field.current?.focus()
      field.current?.setSelectionRange(end, end)
    })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) return props.onSubmit()
    if (!open) return
    const n = offers.length
    const keys: Record<string, () => void> = {
      ArrowDown: () => setAt((at + 1) % n),
      ArrowUp: () => setAt((at + n - 1) % n),
      Enter: () => pick(offers[at]!),
      Tab: () => pick(offers[at]!),
      Escape: () => setAsked(null),
    }
    const act = keys[event.key]
    if (!act || event.nativeEvent.isComposing) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }
  return (
    <div className="note-input">
      <TextArea
        fill
        rows={2}
        inputRef={field}
        value={draft.shown}
        placeholder={props.label}
        aria-label={props.label}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-controls={`${id}-list`}
        aria-activedescendant={open ? `${id}-${at}` : undefined}
        data-testid={props.testId}
        onChange={(event) => {
          const { value, selectionStart } = event.currentTarget
          props.onChange({ ...draft, shown: value })
          look(value, selectionStart)
        }}
        onBlur={() => setAsked(null)}
        onKeyDown={onKeyDown}
      />
      <div
        id={`${id}-list`}
        className="mention-list"
        role="listbox"
        aria-label={t('pages.mention.list')}
        hidden={!open}
        data-testid="mention-list"
      >
        {open &&
          offers.map((offer, i) => (
            <div
              key={mentionToken(offer.mention)}
              id={`${id}-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={i === at}
              className={i === at ? 'is-active' : undefined}
              // Before the field loses its focus.
              onMouseDown={(event) => {
                event.preventDefault()
                pick(offer)
              }}
              onMouseEnter={() => setAt(i)}
            >
              <span className="sh-quiet">{offer.kind}</span>
              <bdi>{call(offer.mention)}</bdi>
            </div>
          ))}
      </div>
    </div>
  )
}

/** What a beginning of a name may mean: accounts, communities, things, cases. */
function useOffers(asked: string | null): Offer[] {
  const t = useT()
  const dynamic = useDynamicT()
  const run = useWorkspace((s) => s.info?.runs.communities ?? null)
  const [found, setFound] = useState<{ for: string; offers: Offer[] }>({ for: '', offers: [] })
  useEffect(() => {
    if (asked === null) return
    const controller = new AbortController()
    const { signal } = controller
    const ask = async () => {
      const [hits, cases] = await Promise.all([
        asked === '' ? null : api.call('search.all', { query: asked, limit: OFFERED }, { signal }),
        api.call('cases.list', {}, { signal }),
      ])
      const offers: Offer[] = []
      const add = (kind: string, mention: Mention) => offers.push({ kind, mention })
      for (const a of hits?.accounts ?? [])
        add(t('pages.mention.kind.account'), { kind: 'account', ref: a.id, run: null, label: a.key })
      for (const c of hits?.communities ?? [])
        add(t('pages.mention.kind.community'), {
          kind: 'community',
          ref: c.id,
          run,
          label: communityName(c.id),
        })
      for (const e of hits?.entities ?? [])
        add(dynamic('inspector.channel', e.type, e.type), {
          kind: 'entity',
          ref: e.id,
          run: null,
          label: e.key,
        })
      const wanted = asked.toLowerCase()
      for (const c of cases.filter((c) => c.name.toLowerCase().includes(wanted)).slice(0, OFFERED))
        add(t('pages.mention.kind.case'), { kind: 'case', ref: c.id, run: null, label: c.name })
      if (!signal.aborted) setFound({ for: asked, offers })
    }
    const timer = setTimeout(() => void ask().catch(() => {}), 80)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [asked, run, t, dynamic])
  return asked === null ? [] : found.offers
}
