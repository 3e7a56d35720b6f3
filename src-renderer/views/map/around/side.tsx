import { Button, Icon } from '@blueprintjs/core'
import { useEffect, useMemo, useState } from 'react'
import type { Joins, Reached } from '../../../../src-main/common/contract/around.ts'
import type { AccountPath, PathsAnswer } from '../../../../src-main/common/contract/paths.ts'
import { useQuery } from '../../../client/use-query.ts'
import { useFocus } from '../../../state/focus.ts'
import { usePrefs } from '../../../state/prefs.ts'
import { formatNumber } from '../../../ui/format.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { RiskScore } from '../../../ui/risk.tsx'
import { EmptyState, ErrorState, Spinner } from '../../../ui/states.tsx'
import { useAccountName } from '../../../ui/text.tsx'
import { addFound, findPaths, showPath, takeMore } from './actions.ts'
import { thingIcon } from './icons.ts'
import { pairName } from './look.ts'
import { accountIds, accountKey, membersOf, thingIds, thingKey, type NodeKey } from './state.ts'
import { useAround } from './store.ts'
import { useChannelWords, useTypeWords } from './words.ts'

const K = 5

/** The strongest ways between accounts, each step with what joins it. */
export function PathsPanel({ accounts, nameOf }: { accounts: number[]; nameOf(key: NodeKey): string }) {
  const t = useT()
  const [answers, setAnswers] = useState<PathsAnswer[] | null>(null)
  const key = accounts.join()
  useEffect(() => {
    let live = true
    setAnswers(null)
    void findPaths(accounts, K).then((found) => live && setAnswers(found))
    return () => {
      live = false
      useAround.setState({ bright: null })
    }
    // `key` is what `accounts` says.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [key])
  if (accounts.length < 2) return <EmptyState title={t('around.paths.few')} />
  if (!answers) return <Spinner />
  const paths = answers.flatMap((answer) => answer.paths)
  const apart = answers.filter((answer) => answer.paths.length === 0)
  return (
    <div className="sh-around-side-body" data-testid="around-paths">
      {paths.map((path, i) => (
        <PathCard key={i} path={path} nameOf={nameOf} />
      ))}
      {apart.map(({ a, b }) => (
        <p key={`${a} ${b}`} className="sh-quiet">
          {t('around.paths.none', { a: nameOf(accountKey(a)), b: nameOf(accountKey(b)) })}
        </p>
      ))}
      {paths.length > 0 && <p className="sh-quiet">{t('around.paths.how')}</p>}
    </div>
  )
}

function PathCard({ path, nameOf }: { path: AccountPath; nameOf(key: NodeKey): string }) {
  const t = useT()
  const channel = useChannelWords()
  const language = usePrefs((s) => s.language)
  return (
    <div className="sh-around-card">
      <button type="button" className="sh-around-card-main" onClick={() => showPath(path.accountIds)}>
        {t('around.paths.steps', { count: path.steps.length })}
        <span className="sh-quiet">{t('around.paths.show')}</span>
      </button>
      <ol>
        {path.accountIds.map((id, i) => (
          <li key={id}>
            <button
              type="button"
              className="sh-around-link"
              onClick={() => useFocus.getState().show({ kind: 'account', id })}
            >
              <PathName id={id} nameOf={nameOf} />
            </button>
            {path.steps[i] && (
              <button
                type="button"
                className="sh-around-why"
                title={t('around.paths.why')}
                onClick={() => useFocus.getState().show({ kind: 'edge', a: id, b: path.accountIds[i + 1]! })}
              >
                {path.steps[i].channels.map((c) => channel(c.id)).join(' · ')}
                <span className="sh-number"> {formatNumber(path.steps[i].weight, language, 2)}</span>
              </button>
            )}
          </li>
        ))}
      </ol>
    </div>
  )
}

/** An account of a path that may not be on the canvas yet. */
function PathName({ id, nameOf }: { id: number; nameOf(key: NodeKey): string }) {
  const call = useAccountName()
  const known = nameOf(accountKey(id))
  const missing = known === `#${id}`
  const asked = useQuery('accounts.get', missing ? { id } : null)
  return <>{missing ? call(id, asked.data?.key ?? known) : known}</>
}

/** What several accounts have in common, the rare before the common. */
export function JoinsPanel({ accounts }: { accounts: number[] }) {
  const t = useT()
  const channel = useChannelWords()
  const typeWords = useTypeWords()
  const call = useAccountName()
  const language = usePrefs((s) => s.language)
  const asked = useQuery('graph.joins', accounts.length > 1 ? { accountIds: accounts } : null, {
    reset: true,
  })
  useEffect(() => () => useAround.setState({ bright: null }), [])
  const n = (value: number) => formatNumber(value, language)
  if (accounts.length < 2) return <EmptyState title={t('around.joins.few')} />
  if (asked.error) return <ErrorState error={asked.error} onRetry={asked.refetch} compact />
  if (!asked.data) return <Spinner />
  const { things, accounts: common, tied, pairs } = asked.data
  const point = (key: NodeKey, members: number[]) =>
    useAround.setState({
      bright: {
        nodes: new Set([key, ...members.map(accountKey)]),
        edges: new Set(members.map((id) => pairName(key, accountKey(id)))),
      },
    })
  return (
    <div className="sh-around-side-body" data-testid="around-joins">
      <p className="sh-quiet">
        {t('around.joins.about', { n: n(accounts.length), tied: n(tied), pairs: n(pairs) })}
      </p>
      {things.length + common.length === 0 && <EmptyState title={t('around.joins.nothing')} />}
      {things.length > 0 && <div className="sh-caps">{t('around.joins.things')}</div>}
      <ul>
        {things.map((thing) => (
          <li key={thing.id} className="sh-around-line">
            <button
              type="button"
              onClick={() => {
                useFocus.getState().show({ kind: 'entity', id: thing.id })
                point(thingKey(thing.id), thing.members)
              }}
            >
              <Icon icon={thingIcon(thing.type).name} size={11} />
              <span>
                {typeWords(thing.type)} <b>{thing.key}</b>
                <span className="sh-quiet">
                  {' '}
                  {t(thing.hub ? 'around.joins.hub' : 'around.joins.members', {
                    members: n(thing.members.length),
                    n: n(thing.accounts),
                  })}
                </span>
              </span>
            </button>
            <Add onAdd={() => addFound(accounts, [], [thing.id])} what={thing.key} />
          </li>
        ))}
      </ul>
      {common.length > 0 && <div className="sh-caps">{t('around.joins.accounts')}</div>}
      <ul>
        {common.map((account) => (
          <li key={account.id} className="sh-around-line">
            <button
              type="button"
              onClick={() => {
                useFocus.getState().show({ kind: 'account', id: account.id })
                point(accountKey(account.id), account.members)
              }}
            >
              <RiskScore score={account.score} />
              <span>
                <b>{call(account.id, account.key)}</b>
                <span className="sh-quiet">
                  {' '}
                  {t('around.joins.tiedTo', {
                    members: n(account.members.length),
                    n: n(account.degree),
                    what: account.channels.map(channel).join(' · '),
                  })}
                </span>
              </span>
            </button>
            <Add onAdd={() => addFound(accounts, [account.id], [])} what={call(account.id, account.key)} />
          </li>
        ))}
      </ul>
      <p className="sh-quiet">{t('around.joins.how')}</p>
      <AddAll joins={asked.data} from={accounts} />
    </div>
  )
}

function AddAll({ joins, from }: { joins: Joins; from: number[] }) {
  const t = useT()
  const few = joins.things.filter(({ hub }) => !hub).slice(0, 10)
  if (few.length === 0) return null
  return (
    <Button
      size="small"
      icon="add"
      text={t('around.joins.addAll', { count: few.length })}
      onClick={() =>
        addFound(
          from,
          [],
          few.map(({ id }) => id),
        )
      }
    />
  )
}

function Add({ onAdd, what }: { onAdd(): void; what: string }) {
  const t = useT()
  return (
    <Button
      variant="minimal"
      size="small"
      icon="plus"
      aria-label={t('around.add', { what })}
      title={t('around.add', { what })}
      onClick={onAdd}
    />
  )
}

const PAGE = 100

/** What an expansion left out: searched, sorted, taken one by one or page by page. */
export function MorePanel({ expansion: id }: { expansion: number }) {
  const t = useT()
  const call = useAccountName()
  const language = usePrefs((s) => s.language)
  const state = useAround((s) => s.state)
  const expansion = state.expansions.find((one) => one.id === id)
  const [query, setQuery] = useState('')
  const [sort, setSort] = useState(expansion?.sort ?? 'strongest')
  const [limit, setLimit] = useState(PAGE)
  const shown = useMemo(() => membersOf(state).accounts.slice(0, 20_000), [state])
  const asked = useQuery(
    'graph.expand',
    expansion
      ? {
          accountIds: accountIds(expansion.from),
          thingIds: expansion.channel === 'users' ? thingIds(expansion.from) : [],
          channel: expansion.channel,
          shown,
          sort,
          query: query.trim(),
          limit,
        }
      : null,
  )
  if (!expansion) return <EmptyState title={t('around.more.gone')} />
  const n = (value: number) => formatNumber(value, language)
  const take = (rows: Reached[]) =>
    takeMore(
      id,
      rows.map((row) => row.id),
    )
  return (
    <div className="sh-around-side-body" data-testid="around-more">
      <input
        type="search"
        className="sh-around-filter"
        value={query}
        placeholder={t('around.more.search')}
        aria-label={t('around.more.search')}
        onChange={(event) => setQuery(event.target.value)}
      />
      <label className="sh-around-color">
        <span className="sh-quiet">{t('around.sort.label')}</span>
        <select value={sort} onChange={(event) => setSort(event.target.value as typeof sort)}>
          {(['strongest', 'riskiest', 'newest'] as const).map((name) => (
            <option key={name} value={name}>
              {t(`around.sort.${name}`)}
            </option>
          ))}
        </select>
      </label>
      {asked.error && <ErrorState error={asked.error} onRetry={asked.refetch} compact />}
      {!asked.data && asked.loading && <Spinner />}
      <ul>
        {asked.data?.rows.map((row) => (
          <li key={row.id} className="sh-around-line">
            <button type="button" onClick={() => useFocus.getState().show({ kind: 'account', id: row.id })}>
              <RiskScore score={row.score} />
              <span>{call(row.id, row.key)}</span>
            </button>
            <Add onAdd={() => take([row])} what={call(row.id, row.key)} />
          </li>
        ))}
      </ul>
      {asked.data && (
        <div className="sh-around-buttons">
          {asked.data.rows.length > 0 && (
            <Button
              size="small"
              icon="add"
              text={t('around.more.take', { n: n(Math.min(state.limit, asked.data.rows.length)) })}
              onClick={() => take(asked.data!.rows.slice(0, state.limit))}
            />
          )}
          {asked.data.total > asked.data.rows.length && limit < 5000 && (
            <Button
              size="small"
              variant="minimal"
              text={t('around.more.list', { n: n(asked.data.total - asked.data.rows.length) })}
              onClick={() => setLimit(Math.min(5000, limit + 5 * PAGE))}
            />
          )}
        </div>
      )}
    </div>
  )
}
