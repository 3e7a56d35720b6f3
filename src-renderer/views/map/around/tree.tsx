import { Icon } from '@blueprintjs/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { MEMBER_FLAG } from '../../../../src-main/common/contract/communities.ts'
import { usePrefs } from '../../../state/prefs.ts'
import { formatNumber, formatScore } from '../../../ui/format.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { RiskDot } from '../../../ui/risk.tsx'
import { riskBand } from '../../../ui/theme/risk.ts'
import { thingIcon } from './icons.ts'
import type { AroundModel } from './model.ts'
import type { NodeKey } from './state.ts'
import { useAround } from './store.ts'
import { treeRows, type TreeRow } from './tree-rows.ts'
import { useChannelWords, useTypeWords } from './words.ts'

const ROW = 26

/**
 * The canvas as a list that is in step with it: account → kind of tie → neighbour. One tab stop; everything that the
 * canvas does with keys works here, too (`onCommand`).
 */
export function AroundTree(props: {
  model: AroundModel
  nameOf(key: NodeKey): string
  onInspect(key: NodeKey): void
  /** A key that the list itself does not use; true where it was one of the canvas's. */
  onCommand(event: KeyboardEvent, key: NodeKey): boolean
}) {
  const t = useT()
  const channelWords = useChannelWords()
  const typeWords = useTypeWords()
  const language = usePrefs((s) => s.language)
  const { model, nameOf } = props
  const cursor = useAround((s) => s.cursor)
  const picked = useAround((s) => s.picked)
  const [query, setQuery] = useState('')
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const [at, setAt] = useState<string | null>(null)
  const scroll = useRef<HTMLDivElement>(null)
  const wanted = query.trim().toLowerCase()
  const rows = useMemo(
    () =>
      treeRows(
        model,
        open,
        (place) => wanted === '' || nameOf(model.nodes[place]!.key).toLowerCase().includes(wanted),
      ),
    [model, open, wanted, nameOf],
  )
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 12,
  })
  const index = Math.max(
    0,
    rows.findIndex((row) => row.id === at),
  )
  const current = rows[index]

  // Where the canvas's cursor went, the list follows, unless it stands on that node already.
  useEffect(() => {
    if (cursor === null || (current && keyOf(current) === cursor)) return
    const place = rows.findIndex((row) => row.level === 1 && row.key === cursor)
    if (place < 0) return
    setAt(cursor)
    virtual.scrollToIndex(place)
    // Only where the cursor goes; what is listed changes under it.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [cursor])

  const go = (place: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, place))]
    if (!row) return
    setAt(row.id)
    virtual.scrollToIndex(rows.indexOf(row))
    const key = keyOf(row)
    if (key) useAround.setState({ cursor: key, hover: row.level === 3 ? key : null })
  }
  const toggle = (row: TreeRow, want?: boolean) => {
    if (row.level === 3 || row.children === 0) return
    const next = new Set(open)
    if (want ?? !row.open) next.add(row.id)
    else next.delete(row.id)
    setOpen(next)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (!current) return
    const key = keyOf(current)
    if (event.key === 'ArrowDown') go(index + 1)
    else if (event.key === 'ArrowUp') go(index - 1)
    else if (event.key === 'Home') go(0)
    else if (event.key === 'End') go(rows.length - 1)
    else if (event.key === 'ArrowRight') {
      if (current.level !== 3 && !current.open) toggle(current, true)
      else go(index + 1)
    } else if (event.key === 'ArrowLeft') {
      if (current.level !== 3 && current.open) toggle(current, false)
      else go(rows.findLastIndex((row, i) => i < index && row.level < current.level))
    } else if (event.key === 'Enter' && key) props.onInspect(key)
    else if (event.key === ' ' && key) useAround.getState().pick([key], 'toggle')
    else if (!key || !props.onCommand(event, key)) return
    event.preventDefault()
  }
  const words = (row: TreeRow): string => {
    if (row.level === 2) {
      const kind =
        row.kind === 'more'
          ? t('around.tree.more')
          : row.kind === 'users'
            ? t('around.channel.users')
            : channelWords(row.kind)
      return t('around.tree.kind', { kind, n: formatNumber(row.children, language) })
    }
    const node = model.nodes[model.placeOf.get(row.key) ?? -1]
    const name = nameOf(row.key)
    if (node?.kind === 'account') {
      const score = model.scene.accounts.score[node.index]!
      return Number.isNaN(score)
        ? name
        : `${name}, ${t(`common.risk.${riskBand(score)}`)} ${formatScore(score)}`
    }
    if (node?.kind === 'thing') {
      const type = typeWords(model.scene.types[model.scene.things.type[node.index]!]!)
      return t('around.tree.thing', {
        type,
        name,
        n: formatNumber(model.scene.things.accounts[node.index]!, language),
      })
    }
    return name
  }

  return (
    <div className="sh-around-tree">
      <input
        type="search"
        className="sh-around-filter"
        value={query}
        placeholder={t('around.tree.filter')}
        aria-label={t('around.tree.filter')}
        data-testid="around-filter"
        onChange={(event) => setQuery(event.target.value)}
      />
      <div
        ref={scroll}
        role="tree"
        tabIndex={0}
        aria-label={t('around.tree.label')}
        aria-multiselectable="true"
        aria-activedescendant={current ? `around-row-${current.id.replaceAll(/[^\w-]/g, '_')}` : undefined}
        className="sh-around-rows"
        data-testid="around-tree"
        onKeyDown={onKeyDown}
        onBlur={() => useAround.setState({ hover: null })}
      >
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index]!
            const key = keyOf(row)
            const chosen = key !== null && picked.has(key)
            return (
              // The tree has the focus and the keys; aria-activedescendant names the row.
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
              <div
                key={row.id}
                id={`around-row-${row.id.replaceAll(/[^\w-]/g, '_')}`}
                role="treeitem"
                aria-level={row.level}
                aria-expanded={row.level === 3 || row.children === 0 ? undefined : row.open}
                aria-selected={chosen}
                className={[
                  'sh-around-row',
                  `is-level-${row.level}`,
                  row === current ? 'is-cursor' : '',
                  chosen ? 'is-picked' : '',
                ].join(' ')}
                data-testid={key ? `around-row-${key}` : undefined}
                style={{ transform: `translateY(${item.start}px)` }}
                onClick={(event) => {
                  go(item.index)
                  if (key && (event.ctrlKey || event.metaKey)) useAround.getState().pick([key], 'toggle')
                  else if (key) props.onInspect(key)
                  else toggle(row)
                }}
                onMouseEnter={() => useAround.setState({ hover: key })}
                onMouseLeave={() => useAround.setState({ hover: null })}
              >
                <button
                  type="button"
                  tabIndex={-1}
                  aria-hidden="true"
                  className="sh-around-twist"
                  onClick={(event) => {
                    event.stopPropagation()
                    setAt(row.id)
                    toggle(row)
                  }}
                >
                  {row.level !== 3 && row.children > 0 && (
                    <Icon icon={row.open ? 'chevron-down' : 'chevron-right'} size={12} />
                  )}
                </button>
                <RowContent row={row} model={model} nameOf={nameOf} text={words(row)} />
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

const keyOf = (row: TreeRow): NodeKey | null => (row.level === 2 ? null : row.key)

function RowContent(props: { row: TreeRow; model: AroundModel; nameOf(key: NodeKey): string; text: string }) {
  const language = usePrefs((s) => s.language)
  const { row, model } = props
  if (row.level === 2) return <span className="sh-quiet">{props.text}</span>
  const node = model.nodes[model.placeOf.get(row.key) ?? -1]
  if (!node) return null
  const flags = node.kind === 'account' ? model.scene.accounts.flags[node.index]! : 0
  const score = node.kind === 'account' ? model.scene.accounts.score[node.index]! : NaN
  return (
    <>
      {node.kind === 'account' ? (
        <RiskDot
          score={Number.isNaN(score) ? null : score}
          verdict={
            flags & MEMBER_FLAG.judgedMalicious
              ? 'malicious'
              : flags & MEMBER_FLAG.judgedBenign
                ? 'benign'
                : null
          }
        />
      ) : (
        <Icon
          size={11}
          icon={
            node.kind === 'thing'
              ? thingIcon(model.scene.types[model.scene.things.type[node.index]!]!).name
              : node.kind === 'group'
                ? 'group-objects'
                : 'more'
          }
        />
      )}
      <span className={node.seed ? 'sh-around-name is-seed' : 'sh-around-name'}>{props.nameOf(row.key)}</span>
      <span className="sh-quiet sh-number">
        {row.level === 3
          ? formatNumber(row.weight, language, 2)
          : Number.isNaN(score)
            ? node.kind === 'thing'
              ? formatNumber(model.scene.things.accounts[node.index]!, language)
              : ''
            : formatScore(score)}
      </span>
    </>
  )
}
