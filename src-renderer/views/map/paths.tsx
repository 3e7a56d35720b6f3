import { Button } from '@blueprintjs/core'
import { useEffect, useMemo } from 'react'
import { useQuery } from '../../client/use-query.ts'
import type { MapPath } from '../../graph/overlay-painter.ts'
import type { PlacesIndex } from '../../graph/places.ts'
import { useFocus } from '../../state/focus.ts'
import { usePrefs } from '../../state/prefs.ts'
import { formatNumber } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { ErrorState, Spinner } from '../../ui/states.tsx'
import { useAccountName } from '../../ui/text.tsx'
import { useChannelName } from './edge-legend.tsx'
import { useMap } from './store.ts'

const MOST = 3

/** The strongest ways between two accounts: drawn on the map, and listed step by step. */
export function Paths(props: {
  ends: [number, number]
  index: PlacesIndex | null
  onPaths(paths: MapPath[]): void
}) {
  const t = useT()
  const channel = useChannelName()
  const language = usePrefs((s) => s.language)
  const { ends, index, onPaths } = props
  const answer = useQuery('graph.paths', { a: ends[0], b: ends[1], k: MOST }, { reset: true })
  const paths = useMemo(() => answer.data?.paths ?? [], [answer.data])
  useEffect(() => {
    onPaths(
      index
        ? paths.map(({ accountIds }, rank) => {
            const placed = accountIds.filter((id) => index.rowOf(id) >= 0)
            return { accountIds: placed, points: placed.map((id) => index.at(index.rowOf(id))), rank }
          })
        : [],
    )
    return () => onPaths([])
  }, [paths, index, onPaths])
  return (
    <section className="sh-compare" aria-label={t('mapTools.paths.title')} data-testid="map-paths">
      <header>
        <h3>{t('mapTools.paths.title')}</h3>
        <Button
          variant="minimal"
          size="small"
          icon="small-cross"
          aria-label={t('common.close')}
          onClick={() => useMap.getState().set({ paths: null })}
        />
      </header>
      {answer.error && <ErrorState compact error={answer.error} />}
      {answer.loading && !answer.data && <Spinner />}
      {answer.data && paths.length === 0 && <p className="sh-quiet">{t('mapTools.paths.none')}</p>}
      {paths.map((path, rank) => (
        <ol key={rank} className="sh-path">
          {path.accountIds.map((id, i) => (
            <li key={id}>
              <button type="button" onClick={() => useFocus.getState().show({ kind: 'account', id })}>
                <PathName id={id} />
              </button>
              {path.steps[i] && (
                <small className="sh-quiet">
                  {t('mapTools.paths.step', {
                    by: path.steps[i].channels.map((one) => channel(one.id)).join(', '),
                    weight: formatNumber(path.steps[i].weight, language, 2),
                  })}
                </small>
              )}
            </li>
          ))}
        </ol>
      ))}
    </section>
  )
}

function PathName({ id }: { id: number }) {
  const call = useAccountName()
  const account = useQuery('accounts.get', { id })
  return <>{account.data ? call(id, account.data.key) : '…'}</>
}
