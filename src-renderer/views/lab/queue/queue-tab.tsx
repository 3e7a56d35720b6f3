import { Button, HTMLSelect, SegmentedControl } from '@blueprintjs/core'
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { LabelState } from '../../../../src-main/common/contract/learning.ts'
import { isCancelled, toErrorShape, type ErrorShape } from '../../../../src-main/common/errors.ts'
import { api } from '../../../client/api.ts'
import { useQuery, type Query } from '../../../client/use-query.ts'
import { useFocus } from '../../../state/focus.ts'
import { useLayout } from '../../../state/layout.ts'
import { useWorkspace } from '../../../state/workspace.ts'
import { Hint } from '../../../ui/explain.tsx'
import { useT } from '../../../ui/i18n/index.ts'
import { EmptyState, ErrorState, Spinner } from '../../../ui/states.tsx'
import { STRATEGIES, useLab, type QueueList, type Strategy } from '../store.ts'
import { byAccount } from './opinions.ts'
import { QueueAccount } from './queue-account.tsx'
import { QueueItems } from './queue-items.tsx'
import { RetrainPanel } from './retrain.tsx'
import {
  actionOf,
  extend,
  goTo,
  mark,
  move,
  openCount,
  tally,
  undo,
  type Before,
  type Candidate,
  type Mark,
  type Verdict,
} from './sitting.ts'
import { useSitting } from './store.ts'
import { VerdictBar } from './verdict-bar.tsx'
import './queue.css'

const AT_ONCE = 30
/** Fewer open accounts than this, and more are asked for. */
const FEW = 6

/** Labelling by keyboard: the accounts from which the model would learn most, one after the other. */
export function QueueTab(props: { labels: Query<LabelState> }) {
  const t = useT()
  const path = useWorkspace((s) => s.info?.path ?? null)
  const list = useLab((s) => s.list)
  const strategy = useLab((s) => s.strategy)
  const put = useLab((s) => s.put)
  const begin = useSitting((s) => s.begin)
  const begun = useSitting((s) => s.path !== null && s.path === path)
  const renew = useSitting((s) => s.renew)
  useEffect(() => {
    if (path !== null) begin(path)
  }, [path, begin])
  const disagreements = props.labels.data?.disagreements ?? 0
  return (
    <div className="lab-queue-tab">
      <div className="lab-bar">
        <SegmentedControl
          size="small"
          value={list}
          aria-label={t('label.list')}
          onValueChange={(value) => put({ list: value as QueueList })}
          options={[
            { value: 'queue', label: t('label.queue') },
            {
              value: 'disputed',
              label: disagreements > 0 ? t('label.disputedCount', { n: disagreements }) : t('label.disputed'),
            },
          ]}
        />
        {list === 'queue' && (
          <>
            <label htmlFor="queue-strategy" className="sh-quiet">
              {t('label.strategy')}
            </label>
            <HTMLSelect
              id="queue-strategy"
              value={strategy}
              title={t(`label.strategyAbout.${strategy}`)}
              data-testid="queue-strategy"
              options={STRATEGIES.map((value) => ({ value, label: t(`label.strategies.${value}`) }))}
              onChange={(event) => {
                put({ strategy: event.currentTarget.value as Strategy })
                renew('queue')
              }}
            />
            <Button
              size="small"
              variant="minimal"
              icon="refresh"
              text={t('label.renew')}
              title={t('label.renewAbout')}
              data-testid="queue-renew"
              onClick={() => renew('queue')}
            />
          </>
        )}
        <span className="lab-bar-gap" />
        <Hint text={t('label.keysAbout')}>
          <span className="lab-keys sh-quiet" tabIndex={0}>
            {(['J', 'K', 'M', 'B', 'U', 'S', 'Z', 'R', 'I'] as const).map((key) => (
              <span key={key}>
                <kbd className="sh-kbd">{key}</kbd> {t(`label.key.${key}`)}
              </span>
            ))}
          </span>
        </Hint>
      </div>
      {begun && <Labelling key={`${path}:${list}`} list={list} strategy={strategy} labels={props.labels} />}
    </div>
  )
}

function Labelling(props: { list: QueueList; strategy: Strategy; labels: Query<LabelState> }) {
  const t = useT()
  const { list, strategy } = props
  const sitting = useSitting((s) => s.sittings[list])
  const earlier = useSitting((s) => s.earlier)
  const change = useSitting((s) => s.change)
  const actor = useWorkspace((s) => s.host?.actor ?? '')
  const show = useFocus((s) => s.show)
  const showPanel = useLayout((s) => s.show)
  const feed = useFeed(list, strategy)
  const [reason, setReason] = useState('')
  const [failed, setFailed] = useState<ErrorShape | null>(null)
  const place = useRef<HTMLDivElement>(null)
  const reasonField = useRef<HTMLInputElement>(null)
  const detail = useQuery('accounts.get', sitting.at === null ? null : { id: sitting.at }, { reset: true })
  const account = detail.data?.id === sitting.at ? detail.data : undefined
  const item = sitting.items.find((one) => one.accountId === sitting.at)
  const counts = tally(sitting)

  useEffect(() => place.current?.querySelector<HTMLElement>('[role="listbox"]')?.focus(), [])

  const judge = async (as: Mark) => {
    // Nobody judges what is not on the screen yet.
    if (!account) return
    const mine = account.judgements.find((j) => j.by === actor)
    const before: Before = mine ? { verdict: mine.verdict as Verdict, reason: mine.reason } : null
    setFailed(null)
    const said = reason.trim()
    change(list, (s) => mark(s, account.id, as, before))
    setReason('')
    if (as === 'skipped') return
    try {
      await api.call('judgements.set', {
        target: { kind: 'account', ref: account.id },
        verdict: as,
        reason: said,
      })
    } catch (error) {
      change(list, (s) => (s.steps.at(-1)?.accountId === account.id ? (undo(s)?.sitting ?? s) : s))
      setReason(said)
      setFailed(toErrorShape(error))
    }
  }
  const takeBack = async () => {
    const back = undo(sitting)
    if (!back) return
    setFailed(null)
    const { step } = back
    change(list, () => back.sitting)
    if (step.mark === 'skipped') return
    try {
      await api.call('judgements.set', {
        target: { kind: 'account', ref: step.accountId },
        verdict: step.before?.verdict ?? null,
        reason: step.before?.reason ?? '',
      })
    } catch (error) {
      change(list, () => sitting)
      setFailed(toErrorShape(error))
    }
  }
  const open = () => {
    if (sitting.at === null) return
    show({ kind: 'account', id: sitting.at })
    showPanel('inspector')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const target = event.target as HTMLElement
    const typing = target.matches('input, select, textarea')
    if (typing) {
      if (event.key === 'Escape' && target === reasonField.current)
        place.current?.querySelector<HTMLElement>('[role="listbox"]')?.focus()
      return
    }
    const action = actionOf(event.key)
    if (action === null) return
    // Arrows scroll the account's page when that has the focus; J and K move anywhere.
    if (event.key.startsWith('Arrow') && target.getAttribute('role') !== 'listbox') return
    event.preventDefault()
    switch (action) {
      case 'next':
        return change(list, (s) => move(s, 1))
      case 'previous':
        return change(list, (s) => move(s, -1))
      case 'undo':
        return void takeBack()
      case 'reason':
        return reasonField.current?.focus()
      case 'open':
        return open()
      default:
        return void judge(action)
    }
  }
  const left = openCount(sitting)
  return (
    <div
      className="lab-queue"
      role="group"
      aria-label={t('label.list')}
      ref={place}
      onKeyDown={onKeyDown}
      data-testid="label-queue"
    >
      <div className="lab-queue-side">
        <p className="lab-queue-count" role="status" data-testid="queue-count">
          {t('label.sitting', { count: counts.all + earlier })}
          {counts.all > 0 && (
            <span className="sh-quiet">
              {' '}
              {t('label.tally', {
                malicious: counts.malicious,
                benign: counts.benign,
                unsure: counts.unsure,
              })}
            </span>
          )}
        </p>
        {feed.error && <ErrorState error={feed.error} onRetry={feed.more} compact />}
        {sitting.items.length === 0 && feed.loading && <Spinner />}
        <QueueItems
          sitting={sitting}
          opinions={feed.opinions}
          onChoose={(id) => change(list, (s) => goTo(s, id))}
        />
        {feed.loading && sitting.items.length > 0 && <Spinner size={14} />}
        <RetrainPanel labels={props.labels.data} />
      </div>
      <div className="lab-queue-main">
        {failed && <ErrorState error={failed} compact />}
        {sitting.at === null ? (
          !feed.loading &&
          !feed.error && (
            <EmptyState
              icon="tick-circle"
              title={t(
                list === 'disputed'
                  ? sitting.items.length === 0
                    ? 'label.noDisputed'
                    : 'label.allSettled'
                  : sitting.items.length === 0
                    ? 'label.noQueue'
                    : 'label.allDone',
              )}
            >
              {t(list === 'disputed' ? 'label.noDisputedText' : 'label.noQueueText')}
            </EmptyState>
          )
        ) : (
          <>
            <VerdictBar
              marked={sitting.marks[sitting.at] ?? null}
              ready={account !== undefined}
              reason={reason}
              field={reasonField}
              canUndo={sitting.steps.length > 0}
              left={left}
              onReason={setReason}
              onJudge={(as) => void judge(as)}
              onUndo={() => void takeBack()}
              onOpen={open}
            />
            {detail.error && !account && <ErrorState error={detail.error} onRetry={detail.refetch} compact />}
            {!account && !detail.error && <Spinner />}
            {account && item && (
              <QueueAccount
                account={account}
                item={item}
                opinions={feed.opinions.get(account.id)?.rows ?? null}
              />
            )}
          </>
        )}
      </div>
    </div>
  )
}

/** Fills a list: the queue a few accounts ahead of the analyst, the disputed ones at once. */
function useFeed(list: QueueList, strategy: Strategy) {
  const sitting = useSitting((s) => s.sittings[list])
  const change = useSitting((s) => s.change)
  const rechecks = useLab((s) => s.rechecks)
  const put = useLab((s) => s.put)
  const [loading, setLoading] = useState(false)
  const [error, setError] = useState<ErrorShape | null>(null)
  const [ended, setEnded] = useState(false)
  const [turn, setTurn] = useState(0)
  const disputed = useQuery('labels.list', list === 'disputed' ? { disputed: true, limit: 1000 } : null, {
    on: ['judgements', 'facts'],
  })
  const rows = disputed.data?.rows
  const opinions = useMemo(() => new Map(byAccount(rows ?? []).map((one) => [one.accountId, one])), [rows])
  const more = useCallback(() => {
    setEnded(false)
    setError(null)
    setTurn((n) => n + 1)
  }, [])

  const empty = sitting.items.length === 0
  const left = openCount(sitting)
  useEffect(() => {
    // A new list asks anew.
    if (empty) setEnded(false)
  }, [empty, strategy])

  useEffect(() => {
    if (list !== 'disputed' || !rows) return
    const candidates = byAccount(rows).map((one): Candidate => ({
      accountId: one.accountId,
      key: one.key,
      score: null,
      community: null,
      communitySize: null,
      value: 0,
      why: [],
    }))
    change('disputed', (s) => extend(s, candidates))
  }, [list, rows, change])

  useEffect(() => {
    if (list !== 'queue' || rechecks.length === 0) return
    const first = rechecks.map((one): Candidate => ({
      ...one,
      community: null,
      communitySize: null,
      value: 1,
      why: [],
      recheck: true,
    }))
    change('queue', (s) => goTo(extend(s, first, true), first[0]!.accountId))
    put({ rechecks: [] })
  }, [list, rechecks, change, put])

  const wanting = list === 'queue' && left < FEW && !ended
  useEffect(() => {
    if (!wanting) return
    const controller = new AbortController()
    const now = useSitting.getState().sittings.queue
    setLoading(true)
    api
      .call(
        'labels.queue',
        { limit: AT_ONCE, strategy, skip: now.items.map((item) => item.accountId) },
        { signal: controller.signal },
      )
      .then(
        (items) => {
          if (controller.signal.aborted) return
          setLoading(false)
          if (items.length === 0) setEnded(true)
          change('queue', (s) => extend(s, items))
        },
        (failure: unknown) => {
          if (controller.signal.aborted || isCancelled(failure)) return
          setLoading(false)
          setEnded(true)
          setError(toErrorShape(failure))
        },
      )
    return () => controller.abort()
  }, [wanting, strategy, turn, change])

  return list === 'queue'
    ? { loading, error, more, opinions }
    : {
        loading: disputed.loading && !disputed.data,
        error: disputed.error,
        more: disputed.refetch,
        opinions,
      }
}
