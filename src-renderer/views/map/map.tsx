import { startTransition, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { CommunityMap } from '../../../src-main/common/contract/communities.ts'
import { BUDGET } from '../../graph/budget.ts'
import { colorTable, isRisk, MISSING } from '../../graph/channel-colors.ts'
import {
  CommunitiesController,
  HookController,
  LookController,
  MembersController,
  RegionsController,
  useCommunityMap,
  useOpenMembers,
  useStillSelection,
} from '../../graph/controllers.tsx'
import { PointsController, useChannel, useChannels, useMask, usePlaces } from '../../graph/explore-data.tsx'
import { whenIdle } from '../../graph/idle.ts'
import type { MapPath } from '../../graph/overlay-painter.ts'
import { MapStage } from '../../graph/stage.ts'
import { useStage } from '../../graph/use-stage.ts'
import { useFocus } from '../../state/focus.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useSelection, type Selection } from '../../state/selection.ts'
import { useT } from '../../ui/i18n/index.ts'
import { EmptyState, ErrorState, Spinner } from '../../ui/states.tsx'
import { useLayout } from '../../state/layout.ts'
import { AroundCanvas } from './around/index.tsx'
import { CommunityList, MemberList } from './community-list.tsx'
import { Compare } from './compare.tsx'
import { useChannelTitle } from './channel-names.ts'
import { shareCount } from './edge-legend.tsx'
import { GraphicsLost, GraphicsMissing } from './graphics.tsx'
import { HoverCard } from './hover-card.tsx'
import { LassoLayer } from './lasso-layer.tsx'
import { Minimap } from './minimap.tsx'
import { Notice } from './notice.tsx'
import { Paths } from './paths.tsx'
import { useMap } from './store.ts'
import { Strip, StripRoom } from './strip.tsx'
import { Toolbar } from './toolbar.tsx'
import { useCameraMemory } from './use-camera-memory.ts'
import { useMapCommands, useMapKeys } from './use-map-keys.ts'
import { useMapPicture } from './use-map-picture.ts'
import { ZoomButtons } from './zoom-buttons.tsx'

const NO_PATHS: MapPath[] = []
/** What the map takes to be drawn for the first time, about. */
const LIST_AFTER_MS = 700

/** The first answer of a layout: its places, sizes and scores stay, whatever is selected, and so does what is drawn of them. */
function useSameLayout(map: CommunityMap | undefined): CommunityMap | undefined {
  const kept = useRef(map)
  const first = kept.current
  if (
    !map ||
    first?.layoutRunId !== map.layoutRunId ||
    first.communitiesRunId !== map.communitiesRunId ||
    first.scoresRunId !== map.scoresRunId ||
    first.id.length !== map.id.length
  )
    kept.current = map
  return kept.current
}

export function Map() {
  const t = useT()
  const container = useRef<HTMLDivElement>(null)
  const {
    stage,
    graphics,
    retry: tryGraphics,
  } = useStage((lost) => {
    const element = container.current!
    const focus = useFocus.getState
    const created: MapStage = new MapStage(element, {
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
        else useMap.getState().set({ around: [what.id] })
      },
      edge: (a, b) => focus().show({ kind: 'edge', a, b }),
      hover: (what) =>
        focus().hover(
          what === null ? {} : what.kind === 'account' ? { account: what.id } : { community: what.id },
        ),
      moved: () => element.dispatchEvent(new Event('stage-moved')),
      level(id) {
        // The wheel has brought the camera here: it stays.
        created.camera.hold()
        focus().open(id)
      },
      account: (id) => useMap.getState().set({ around: [id] }),
      lost() {
        focus().hover({})
        lost()
      },
    })
    return created
  })
  const [hiddenChannels, setHiddenChannels] = useState<ReadonlySet<number>>(new Set())
  const [paths, setPaths] = useState<MapPath[]>(NO_PATHS)
  const still = useStillSelection()
  const map = useCommunityMap(still)
  const members = useOpenMembers(still)
  const { index, query: places } = usePlaces()
  const infos = useChannels()
  const colorBy = useMap((s) => s.colorBy)
  const sizeBy = useMap((s) => s.sizeBy)
  const heat = useMap((s) => s.heat)
  const only = useMap((s) => s.only)
  const between = useMap((s) => s.between)
  const inside = useMap((s) => s.inside)
  const tool = useMap((s) => s.tool)
  const landmarks = useMap((s) => s.landmarks)
  const groups = useMap((s) => s.groups)
  const compared = useMap((s) => s.compared)
  const ends = useMap((s) => s.paths)
  const around = useMap((s) => s.around)
  const { channel: color, query: colorQuery } = useChannel(colorBy, infos, true)
  const { channel: size } = useChannel(sizeBy, infos, true)
  const { channel: verdict } = useChannel('verdict', infos)
  const { channel: label } = useChannel('label', infos)
  const withoutSets = still.withoutSets
  const hidden: Selection = useMemo(() => (withoutSets ? { withoutSets } : {}), [withoutSets])
  const mask = useMask(still)
  const shown = useMask(hidden)
  const open = useFocus((s) => s.openCommunity)
  const data = map.data
  const layout = useSameLayout(data)

  // Those who hear the map are not kept waiting by a thousand lines before anything is drawn.
  const [rested, setRested] = useState(false)
  const there = stage !== null && data !== undefined
  useEffect(() => {
    if (!there) return
    let off = () => {}
    const timer = setTimeout(
      () => (off = whenIdle(() => startTransition(() => setRested(true)), 1000)),
      LIST_AFTER_MS,
    )
    return () => {
      clearTimeout(timer)
      off()
    }
  }, [there])

  const restore = useCameraMemory(stage)
  const run = data?.communitiesRunId
  useEffect(() => {
    if (run !== undefined) useMap.getState().follow(run)
  }, [run])
  // Which kinds are switched off belongs to the open community's list of kinds.
  useEffect(() => setHiddenChannels(new Set()), [open])
  useEffect(() => {
    stage?.setHeat(heat)
  }, [stage, heat])
  useEffect(() => {
    stage?.setOverlay({ groups, landmarks: new Set(landmarks), paths })
  }, [stage, groups, landmarks, paths])

  const edges = useMemo(
    () => ({
      between: data ? shareCount(between, Math.min(BUDGET.communityEdges, data.edgeSource.length)) : 0,
      members: members.data ? shareCount(inside, members.data.edgeSource.length) : Infinity,
    }),
    [between, inside, data, members.data],
  )
  const theme = usePrefs((s) => s.resolvedTheme)
  // The canvas around accounts colours by risk itself.
  const colorOf = useMemo(() => {
    if (!color || !index || isRisk(color.channel) || color.version !== index.places.version) return null
    const table = colorTable(color, theme)
    return (id: number) => table.css(color.bytes[index.rowOf(id)] ?? MISSING)
  }, [color, index, theme])
  const title = useChannelTitle()
  const onKeyDown = useMapKeys(stage)
  useMapCommands(stage)
  useMapPicture(stage, container.current, color, size)
  const retry = useCallback(() => {
    map.refetch()
    members.refetch()
    places.refetch()
    colorQuery.refetch()
  }, [map, members, places, colorQuery])
  const error = map.error ?? members.error ?? places.error ?? colorQuery.error
  const show = useLayout((s) => s.show)

  if (graphics === 'missing') return <GraphicsMissing onRetry={tryGraphics} />
  return (
    <div className="sh-map" role="group" aria-label={t('map.stage')} onKeyDown={onKeyDown}>
      {around !== null ? null : !stage || !data ? (
        <StripRoom />
      ) : (
        <Strip
          stage={stage}
          map={data}
          members={open !== null ? members.data : undefined}
          infos={infos}
          color={color}
          size={size}
          placed={index?.places.n ?? 0}
          hiddenChannels={hiddenChannels}
          onHiddenChannels={setHiddenChannels}
        />
      )}
      <div className="sh-map-main">
        <Toolbar />
        <div className="sh-map-field">
          <div
            ref={container}
            className="sh-stage sh-map-stage"
            role="application"
            tabIndex={0}
            aria-label={t('map.stage')}
            aria-describedby="sh-map-keys"
            data-testid="map-canvas"
          />
          <p id="sh-map-keys" className="sh-visually-hidden">
            {t('map.keys')}
          </p>
          {stage && data && layout && (
            <>
              <CommunitiesController stage={stage} map={data} restore={restore} />
              <PointsController
                stage={stage}
                index={index}
                color={color}
                size={size}
                verdict={verdict}
                label={label}
                selected={mask.data}
                shown={shown.data}
                communities={data.communitiesRunId}
                open={open}
                heat={heat}
              />
              <MembersController stage={stage} members={members} />
              <LookController
                stage={stage}
                hiddenChannels={hiddenChannels}
                others={only ? 'hide' : 'dim'}
                edges={edges}
              />
              <RegionsController stage={stage} map={layout} />
              <HookController stage={stage} container={container.current!} />
              {rested && <CommunityList stage={stage} map={layout} />}
              {open !== null && members.data && <MemberList stage={stage} members={members.data} />}
              {tool !== 'pan' && <LassoLayer stage={stage} layoutRunId={data.layoutRunId} />}
              <div className="sh-map-corner">
                <ZoomButtons stage={stage} />
                <Minimap stage={stage} map={layout} container={container.current!} />
              </div>
              <Notice shown={shown.data} total={index?.places.n ?? 0} />
              <HoverCard
                stage={stage}
                map={data}
                members={members.data}
                container={container.current!}
                index={index}
                color={color}
              />
              {(compared || ends) && (
                <div className="sh-map-side">
                  {compared && <Compare ids={compared} />}
                  {ends && <Paths ends={ends} index={index} onPaths={setPaths} />}
                </div>
              )}
              {data.id.length === 0 && (
                <div className="sh-stage-error">
                  <EmptyState icon="graph" title={t('mapTools.noCommunities.title')}>
                    {t('mapTools.noCommunities.text')}{' '}
                    <button type="button" className="sh-link" onClick={() => show('accounts')}>
                      {t('mapTools.noCommunities.action')}
                    </button>
                  </EmptyState>
                </div>
              )}
            </>
          )}
          {around !== null && (
            <div className="sh-map-around">
              <AroundCanvas
                seeds={around}
                onClose={() => useMap.getState().set({ around: null })}
                {...(colorOf ? { colorOf, colorTitle: title(colorBy) } : {})}
              />
            </div>
          )}
          {graphics === 'lost' && <GraphicsLost />}
          {(map.loading && !data) || (open !== null && members.loading && !members.data) ? (
            <div className="sh-stage-wait">
              <Spinner />
            </div>
          ) : null}
          {error && (
            <div className="sh-stage-error">
              <ErrorState compact error={error} onRetry={retry} />
            </div>
          )}
        </div>
      </div>
    </div>
  )
}
