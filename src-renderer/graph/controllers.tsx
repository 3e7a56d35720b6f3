import { useEffect, useMemo, useRef } from 'react'
import type { CommunityMap, MemberMap } from '../../src-main/common/contract/communities.ts'
import { useQuery, type Query, type QueryOptions } from '../client/use-query.ts'
import { useFocus } from '../state/focus.ts'
import { reducedMotion, usePrefs } from '../state/prefs.ts'
import { isEmptySelection, useSelection, type Selection } from '../state/selection.ts'
import { useWorkspace } from '../state/workspace.ts'
import { communityName, formatNumber } from '../ui/format.ts'
import { useT } from '../ui/i18n/index.ts'
import { useSettled } from '../ui/use-settled.ts'
import { useAccountName } from '../ui/text.tsx'
import { accountKey, communityKey } from './model.ts'
import { placeRegions } from './regions.ts'
import type { MapStage } from './stage.ts'
import type { MapLook } from './style.ts'

/* Each of these joins one concern of the app to the stage and renders nothing. */

export { reducedMotion }

/** The selection as the map asks about it: brushing must not ask at every pixel, but a click does not wait. */
export function useStillSelection(ms = 80): Selection {
  return useSettled(
    useSelection((s) => s.selection),
    ms,
    true,
  )
}

/**
 * Shows the communities. The first of the controllers: what the others do refers to them. `restore` moves the camera to where
 * it was before, if it was anywhere.
 */
export function CommunitiesController(props: { stage: MapStage; map: CommunityMap; restore(): boolean }) {
  const { stage, map, restore } = props
  useEffect(() => {
    const fresh = stage.setCommunities(map)
    if (fresh && restore() && useFocus.getState().openCommunity !== null) stage.camera.hold()
  }, [stage, map, restore])
  return null
}

/**
 * Opens and closes communities: asks for members, says the open one's name, moves the camera unless it is held (it has
 * brought the person here itself).
 */
export function MembersController(props: { stage: MapStage; members: Query<MemberMap> }) {
  const { stage, members } = props
  const t = useT()
  const language = usePrefs((s) => s.language)
  const open = useFocus((s) => s.openCommunity)
  const data = members.data
  const ready = open !== null && data !== undefined && (data.community[0] ?? open) === open
  useEffect(() => {
    if (stage.model.communities === null) return
    if (open === null) stage.setMembers(null, null)
    else if (ready) {
      const n = data.accountId.length
      stage.setNames({
        openLabel: `${communityName(open)} · ${t('map.accounts', { count: n, n: formatNumber(n, language) })}`,
      })
      stage.setMembers(open, data)
    }
  }, [stage, open, ready, data, t, language])
  const framed = useRef<number | null>(null)
  useEffect(() => {
    if (open === framed.current || (open !== null && stage.model.communities === null)) return
    framed.current = open
    if (!stage.camera.release()) stage.camera.frame(open, !reducedMotion())
  }, [stage, open, ready])
  return null
}

/** Theme, selection, hover, focus and edges: all that only changes colours. */
export function LookController(props: {
  stage: MapStage
  hiddenChannels: ReadonlySet<number>
  others: MapLook['others']
  edges: MapLook['edges']
}) {
  const { stage, hiddenChannels, others, edges } = props
  const theme = usePrefs((s) => s.resolvedTheme)
  const call = useAccountName()
  const hasSelection = useSelection((s) => !isEmptySelection(s.selection))
  const communities = useSelection((s) => s.selection.communities)
  const hoverAccount = useFocus((s) => s.hoverAccount)
  const hoverCommunity = useFocus((s) => s.hoverCommunity)
  const focus = useFocus((s) => s.focus)
  const hover =
    hoverAccount !== null
      ? accountKey(hoverAccount)
      : hoverCommunity !== null
        ? communityKey(hoverCommunity)
        : null
  const focusKey = useMemo(() => {
    if (focus?.kind === 'community') return communityKey(focus.id)
    if (focus?.kind === 'account') return accountKey(focus.id)
    return null
  }, [focus])
  // Edges of many selected communities would be all edges: they are shown for a few.
  const chosen = useMemo(
    () => new Set(communities && communities.length <= 12 ? communities : []),
    [communities],
  )
  const { between, members } = edges
  const budget = useMemo(() => ({ between, members }), [between, members])
  useEffect(() => {
    stage.setNames({ nameOf: call })
    stage.setLook({
      theme,
      hasSelection,
      hover,
      focus: focusKey,
      hiddenChannels,
      others,
      chosen,
      edges: budget,
    })
  }, [stage, theme, call, hasSelection, hover, focusKey, hiddenChannels, others, chosen, budget])
  return null
}

/** Names the coarser groups while the map is seen from afar. */
export function RegionsController({ stage, map }: { stage: MapStage; map: CommunityMap }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const regions = useQuery('communities.regions', {}, { on: ['runs'] }).data
  useEffect(() => {
    const text = (number: number, accounts: number) =>
      t('mapTools.region', { number, n: formatNumber(accounts, language) })
    stage.setRegions(regions ? placeRegions(map, regions, (id) => stage.model.rowOf(id), text) : [])
  }, [stage, map, regions, t, language])
  return null
}

/** A test's window on what cannot be read from the document: what the canvas shows, and where. */
export interface MapHook {
  counts(): { communities: number; members: number; points: number; edges: number; labels: number }
  /** Centres of the discs in CSS pixels of the page. */
  positions(): { id: number; x: number; y: number; r: number }[]
  /** The names on the stage: CSS pixels of the stage, centre and width. */
  labels(): { text: string; x: number; y: number; width: number }[]
  /** Main-thread milliseconds of the newest frames. */
  frames(): number[]
  open: number | null
}
declare global {
  interface Window {
    __shoalMap?: MapHook
  }
}

export function HookController(props: { stage: MapStage; container: HTMLElement }) {
  const { stage, container } = props
  useEffect(() => {
    window.__shoalMap = {
      counts: () => stage.counts(),
      positions() {
        const box = container.getBoundingClientRect()
        return Array.from(stage.model.communities?.id ?? [], (id) => {
          const at = stage.camera.positionOf(id)!
          return { id, x: box.x + at.x, y: box.y + at.y, r: at.r }
        })
      },
      labels: () => stage.labels.map(({ text, x, y, width }) => ({ text, x, y, width })),
      frames: () => [...stage.frameMs],
      get open() {
        return stage.model.open
      },
    }
    return () => delete window.__shoalMap as never
  }, [stage, container])
  return null
}

/**
 * The map's first level, dimmed by the selection: the map highlights it and filters nothing away. Of 2 MB at a million accounts
 * a selection changes one column: only that one is asked for again.
 */
export function useCommunityMap(selection: Selection): Query<CommunityMap> {
  const hasRun = useWorkspace((s) => s.info?.runs.layout !== undefined)
  const on: QueryOptions = { on: ['facts', 'runs', 'judgements'] }
  const whole = useQuery('communities.map', hasRun ? {} : null, on)
  const part = useQuery(
    'communities.selected',
    hasRun && !isEmptySelection(selection) ? { selection } : null,
    on,
  )
  const data = useMemo(() => {
    const map = whole.data
    if (!map || part.data?.communitiesRunId !== map.communitiesRunId) return map
    const { id, accounts } = part.data
    const selected = new Uint32Array(map.id.length)
    for (let i = 0; i < id.length; i++) selected[id[i]!] = accounts[i]!
    return { ...map, selected }
  }, [whole.data, part.data])
  return {
    data,
    error: whole.error ?? part.error,
    loading: whole.loading || part.loading,
    stale: whole.stale || part.stale,
    progress: whole.progress ?? part.progress,
    refetch: () => {
      whole.refetch()
      part.refetch()
    },
  }
}

export function useOpenMembers(selection: Selection): Query<MemberMap> {
  const open = useFocus((s) => s.openCommunity)
  return useQuery('communities.members', open === null ? null : { id: open, selection }, {
    on: ['facts', 'runs', 'judgements'],
  })
}
