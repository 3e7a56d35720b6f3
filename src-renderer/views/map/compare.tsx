import { Button } from '@blueprintjs/core'
import type { CommunityDetail, SharedEntity } from '../../../src-main/common/contract/communities.ts'
import { useQuery } from '../../client/use-query.ts'
import { useFocus } from '../../state/focus.ts'
import { usePrefs } from '../../state/prefs.ts'
import { communityName, formatNumber, formatScore } from '../../ui/format.ts'
import { useDynamicT, useT, type MessageKey } from '../../ui/i18n/index.ts'
import { ErrorState, Spinner } from '../../ui/states.tsx'
import { TimeText } from '../../ui/text.tsx'
import { useMap } from './store.ts'

type Bar =
  'size' | 'meanScore' | 'flagged' | 'reports' | 'anomalies' | 'conductance' | 'stability' | 'surprise'
const FIGURES: { key: Bar; digits: number | 'score' }[] = [
  { key: 'size', digits: 0 },
  { key: 'meanScore', digits: 'score' },
  { key: 'flagged', digits: 0 },
  { key: 'reports', digits: 0 },
  { key: 'anomalies', digits: 0 },
  { key: 'conductance', digits: 2 },
  { key: 'stability', digits: 2 },
  { key: 'surprise', digits: 1 },
]

/** Two communities side by side: their figures, when they began, what both use, and how they are tied. */
export function Compare({ ids }: { ids: [number, number] }) {
  const t = useT()
  const a = useQuery('communities.get', { id: ids[0] }, { reset: true })
  const b = useQuery('communities.get', { id: ids[1] }, { reset: true })
  const close = () => useMap.getState().set({ compared: null })
  const error = a.error ?? b.error
  return (
    <section className="sh-compare" aria-label={t('mapTools.compare.title')} data-testid="map-compare">
      <header>
        <h3>{t('mapTools.compare.title')}</h3>
        <Button
          variant="minimal"
          size="small"
          icon="small-cross"
          aria-label={t('common.close')}
          data-testid="compare-close"
          onClick={close}
        />
      </header>
      {error ? (
        <ErrorState compact error={error} />
      ) : a.data?.id === ids[0] && b.data?.id === ids[1] ? (
        <Sides a={a.data} b={b.data} />
      ) : (
        <Spinner />
      )}
    </section>
  )
}

function Sides({ a, b }: { a: CommunityDetail; b: CommunityDetail }) {
  const t = useT()
  const dynamic = useDynamicT()
  const language = usePrefs((s) => s.language)
  const n = (value: number, digits = 0) => formatNumber(value, language, digits)
  const show = (value: number | null, digits: number | 'score') =>
    value === null ? '–' : digits === 'score' ? formatScore(value) : n(value, digits)
  const between = a.neighbours.find(({ id }) => id === b.id) ?? b.neighbours.find(({ id }) => id === a.id)
  const both = sharedByBoth(a, b)
  const time = overlapOf(a, b)
  const share = (value: number | null, other: number | null) => {
    const most = Math.max(Math.abs(value ?? 0), Math.abs(other ?? 0))
    return most > 0 ? `${(Math.abs(value ?? 0) / most) * 100}%` : '0%'
  }
  return (
    <>
      <table>
        <thead>
          <tr>
            {[a, b]
              .map((side, i) => (
                <th key={side.id} scope="col" className={i === 0 ? 'is-left' : 'is-right'}>
                  <button
                    type="button"
                    onClick={() => useFocus.getState().show({ kind: 'community', id: side.id })}
                  >
                    {communityName(side.id)}
                  </button>
                </th>
              ))
              .flatMap((cell, i) =>
                i === 0
                  ? [
                      cell,
                      <td key="name">
                        <span className="sh-visually-hidden">{t('mapTools.compare.figure')}</span>
                      </td>,
                    ]
                  : [cell],
              )}
          </tr>
        </thead>
        <tbody>
          {FIGURES.map(({ key, digits }) => (
            <tr key={key}>
              <td className="is-left">
                <span className="sh-compare-bar" style={{ width: share(a[key], b[key]) }} />
                <span>{show(a[key], digits)}</span>
              </td>
              <th scope="row">{t(`mapTools.compare.${key}` as MessageKey)}</th>
              <td className="is-right">
                <span className="sh-compare-bar" style={{ width: share(b[key], a[key]) }} />
                <span>{show(b[key], digits)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <h4 className="sh-caps">{t('mapTools.compare.registered')}</h4>
      {time ? (
        <>
          {[a, b].map((side) => (
            <div key={side.id} className="sh-compare-span">
              <span>{communityName(side.id)}</span>
              <div>
                <span
                  style={{
                    left: `${time.at(side.registeredFrom!) * 100}%`,
                    width: `${Math.max(1, (time.at(side.registeredTo!) - time.at(side.registeredFrom!)) * 100)}%`,
                  }}
                />
              </div>
              <small>
                <TimeText ms={side.registeredFrom} time={false} />
                {' – '}
                <TimeText ms={side.registeredTo} time={false} showZone />
              </small>
            </div>
          ))}
          <p className="sh-quiet">
            {time.share > 0
              ? t('mapTools.compare.overlap', { share: n(time.share * 100) })
              : t('mapTools.compare.apart')}
          </p>
        </>
      ) : (
        <p className="sh-quiet">{t('mapTools.compare.noDates')}</p>
      )}
      <h4 className="sh-caps">{t('mapTools.compare.tie')}</h4>
      <p>
        {between
          ? t('mapTools.compare.weight', { weight: n(between.weight, 2) })
          : t('mapTools.compare.noTie')}
      </p>
      <h4 className="sh-caps">{t('mapTools.compare.both')}</h4>
      {both.length === 0 ? (
        <p className="sh-quiet">{t('mapTools.compare.nothingShared')}</p>
      ) : (
        <ul className="sh-compare-shared">
          {both.slice(0, 12).map(([inA, inB]) => (
            <li key={inA.entityId}>
              <button
                type="button"
                onClick={() => useFocus.getState().show({ kind: 'entity', id: inA.entityId })}
              >
                <span className="sh-quiet">{dynamic('map.edges.entity', inA.type).trim()}</span> {inA.key}
              </button>
              <small className="sh-quiet">
                {t('mapTools.compare.members', {
                  a: n(inA.members),
                  b: n(inB.members),
                  all: n(inA.accounts),
                })}
              </small>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

/** What members of both use, rarest in the workspace first. */
export function sharedByBoth(
  a: Pick<CommunityDetail, 'sharedEntities'>,
  b: Pick<CommunityDetail, 'sharedEntities'>,
): [SharedEntity, SharedEntity][] {
  const ofB = new Map(b.sharedEntities.map((entity) => [entity.entityId, entity]))
  return a.sharedEntities
    .flatMap((entity): [SharedEntity, SharedEntity][] => {
      const other = ofB.get(entity.entityId)
      return other ? [[entity, other]] : []
    })
    .sort((x, y) => x[0].accounts - y[0].accounts)
}

type Dates = Pick<CommunityDetail, 'registeredFrom' | 'registeredTo'>
/** Both spans of registration on one axis, and which share of the shorter one the two have in common; null: not dated. */
export function overlapOf(a: Dates, b: Dates): { at(ms: number): number; share: number } | null {
  if (
    a.registeredFrom === null ||
    a.registeredTo === null ||
    b.registeredFrom === null ||
    b.registeredTo === null
  )
    return null
  const from = Math.min(a.registeredFrom, b.registeredFrom)
  const to = Math.max(a.registeredTo, b.registeredTo)
  const common = Math.min(a.registeredTo, b.registeredTo) - Math.max(a.registeredFrom, b.registeredFrom)
  const shorter = Math.min(a.registeredTo - a.registeredFrom, b.registeredTo - b.registeredFrom)
  return {
    at: (ms) => (to > from ? (ms - from) / (to - from) : 0),
    share: common < 0 ? 0 : shorter > 0 ? common / shorter : 1,
  }
}
