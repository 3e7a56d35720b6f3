import { Button } from '@blueprintjs/core'
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { ErrorShape } from '../../../src-main/common/errors.ts'
import { api } from '../../client/api.ts'
import {
  HookController,
  LookController,
  MembersController,
  PointsController,
  reducedMotion,
  useCommunityMap,
  useOpenMembers,
} from '../../graph/controllers.tsx'
import { hasWebGL, MapStage } from '../../graph/stage.ts'
import { useFocus } from '../../state/focus.ts'
import { isActive, useJobs } from '../../state/jobs.ts'
import { useLayout } from '../../state/layout.ts'
import { useSelection } from '../../state/selection.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { useT } from '../../ui/i18n/index.ts'
import { EmptyState, ErrorState, Spinner } from '../../ui/states.tsx'
import { CommunityList } from './community-list.tsx'
import { HoverCard } from './hover-card.tsx'
import { EdgeLegend, RiskLegend } from './legend.tsx'
import { Minimap } from './minimap.tsx'
import { ZoomButtons } from './zoom-buttons.tsx'
import './map.css'

export default function MapView() {
  const t = useT()
  const info = useWorkspace((s) => s.info)
  const running = useJobs((s) => s.jobs.find(isActive))
  const show = useLayout((s) => s.show)
  const webgl = useMemo(() => hasWebGL(), [])
  if (!webgl) {
    return (
      <EmptyState icon="disable" title={t('map.noWebGL.title')}>
        {t('map.noWebGL.text')}
      </EmptyState>
    )
  }
  if (info && info.runs.layout === undefined) {
    if (running)
      return (
        <EmptyState icon="graph" title={t('map.working.title')}>
          {t('map.working.text')}
        </EmptyState>
      )
    const empty = info.counts.accounts === 0
    return (
      <EmptyState
        icon="graph"
        title={empty ? t('map.empty.title') : t('map.notAnalyzed.title')}
        action={
          empty ? (
            <Button intent="primary" text={t('map.empty.action')} onClick={() => show('import')} />
          ) : (
            <Button
              intent="primary"
              text={t('map.notAnalyzed.action')}
              onClick={() => void api.call('analysis.start', {})}
            />
          )
        }
      >
        {empty ? t('map.empty.text') : t('map.notAnalyzed.text')}
      </EmptyState>
    )
  }
  return <Map />
}

function Map() {
  const t = useT()
  const container = useRef<HTMLDivElement>(null)
  const [stage, setStage] = useState<MapStage | null>(null)
  const [hiddenChannels, setHiddenChannels] = useState<ReadonlySet<number>>(new Set())
  const [pointsError, setPointsError] = useState<ErrorShape | null>(null)
  const map = useCommunityMap()
  const members = useOpenMembers()
  const open = useFocus((s) => s.openCommunity)
  const data = map.data

  useEffect(() => {
    const element = container.current!
    const focus = useFocus.getState
    const created = new MapStage(element, {
      click(what, additive) {
        const selection = useSelection.getState()
        if (!what) {
          if (!additive && focus().openCommunity === null)
            selection.patch({ communities: undefined, accounts: undefined })
          return
        }
        focus().show(what)
        if (what.kind === 'community') {
          if (additive) selection.toggle('communities', what.id)
          else selection.patch({ communities: [what.id] })
        } else if (additive) selection.toggle('accounts', what.id)
      },
      open(what) {
        if (what.kind === 'community') focus().open(what.id)
        else useLayout.getState().show('inspector')
      },
      edge: (a, b) => focus().show({ kind: 'edge', a, b }),
      hover: (what) =>
        focus().hover(
          what === null ? {} : what.kind === 'account' ? { account: what.id } : { community: what.id },
        ),
      moved: () => element.dispatchEvent(new Event('stage-moved')),
    })
    setStage(created)
    return () => created.kill()
  }, [])
  useEffect(() => {
    if (stage && data) stage.setCommunities(data)
  }, [stage, data])
  // Which kinds are switched off belongs to the open community's list of kinds.
  useEffect(() => setHiddenChannels(new Set()), [open])

  const onKeyDown = useCallback(
    (event: KeyboardEvent) => {
      if (!stage || event.ctrlKey || event.metaKey || event.altKey) return
      const focus = useFocus.getState()
      const animate = !reducedMotion()
      const keys: Record<string, () => void> = {
        ArrowLeft: () => stage.pan(-0.12, 0),
        ArrowRight: () => stage.pan(0.12, 0),
        ArrowUp: () => stage.pan(0, -0.12),
        ArrowDown: () => stage.pan(0, 0.12),
        '+': () => stage.zoom(1.4, animate),
        '=': () => stage.zoom(1.4, animate),
        '-': () => stage.zoom(1 / 1.4, animate),
        '0': () => stage.frame(focus.openCommunity, animate),
        Enter: () => focus.focus?.kind === 'community' && focus.open(focus.focus.id),
        Escape: () => {
          if (focus.openCommunity !== null) focus.open(null)
          else useSelection.getState().patch({ communities: undefined, accounts: undefined })
        },
      }
      const act = keys[event.key]
      if (!act) return
      event.preventDefault()
      act()
    },
    [stage],
  )

  return (
    <div className="sh-map">
      <div
        ref={container}
        className="sh-map-stage"
        role="application"
        tabIndex={0}
        aria-label={t('map.stage')}
        aria-describedby="sh-map-keys"
        data-testid="map-canvas"
        onKeyDown={onKeyDown}
      />
      <p id="sh-map-keys" className="sh-visually-hidden">
        {t('map.keys')}
      </p>
      {stage && data && (
        <>
          <PointsController stage={stage} onError={setPointsError} />
          <MembersController stage={stage} members={members} />
          <LookController stage={stage} hiddenChannels={hiddenChannels} />
          <HookController stage={stage} container={container.current!} />
          <CommunityList stage={stage} map={data} />
          <RiskLegend threshold={data.threshold} isolated={data.isolated} />
          {open !== null && members.data && (
            <EdgeLegend members={members.data} hidden={hiddenChannels} onChange={setHiddenChannels} />
          )}
          <div className="sh-map-corner">
            <ZoomButtons stage={stage} />
            <Minimap stage={stage} map={data} container={container.current!} />
          </div>
          <HoverCard stage={stage} map={data} members={members.data} container={container.current!} />
          {open !== null && (
            <Button
              className="sh-map-back"
              size="small"
              icon="arrow-left"
              text={t('map.back')}
              data-testid="map-back"
              onClick={() => useFocus.getState().open(null)}
            />
          )}
        </>
      )}
      {(map.loading && !data) || (open !== null && members.loading && !members.data) ? (
        <div className="sh-map-wait">
          <Spinner />
        </div>
      ) : null}
      {(map.error ?? members.error ?? pointsError) && (
        <div className="sh-map-error">
          <ErrorState
            compact
            error={(map.error ?? members.error ?? pointsError)!}
            onRetry={() => {
              map.refetch()
              members.refetch()
            }}
          />
        </div>
      )}
    </div>
  )
}
