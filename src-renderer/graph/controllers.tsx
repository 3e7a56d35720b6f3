import { useEffect, useMemo, useState } from 'react'
import type { MemberMap } from '../../src-main/common/contract/communities.ts'
import { isCancelled, toErrorShape, type ErrorShape } from '../../src-main/common/errors.ts'
import { api } from '../client/api.ts'
import { useQuery, type Query } from '../client/use-query.ts'
import { useFocus } from '../state/focus.ts'
import { usePrefs } from '../state/prefs.ts'
import { isEmptySelection, useSelection, type Selection } from '../state/selection.ts'
import { useWorkspace } from '../state/workspace.ts'
import { communityName, formatNumber } from '../ui/format.ts'
import { useT } from '../ui/i18n/index.ts'
import { useAccountName } from '../ui/text.tsx'
import { BUDGET } from './budget.ts'
import { accountKey, communityKey } from './model.ts'
import type { Points } from './points-layer.ts'
import type { MapStage } from './stage.ts'

/* Each of these joins one concern of the app to the stage and renders nothing. */

export function reducedMotion(): boolean {
  return window.matchMedia?.('(prefers-reduced-motion: reduce)').matches ?? false
}

/** The selection after it has been still: brushing must not ask for a map at every pixel. */
export function useStillSelection(ms = 120): Selection {
  const selection = useSelection((s) => s.selection)
  const [still, setStill] = useState(selection)
  useEffect(() => {
    const timer = setTimeout(() => setStill(selection), ms)
    return () => clearTimeout(timer)
  }, [selection, ms])
  return still
}

/** Points of every account, in chunks; `CHUNK` is the contract's. */
const CHUNK = 250_000

async function loadPoints(selection: Selection, signal: AbortSignal): Promise<Points> {
  const chunks: MemberMap[] = []
  for (let offset = 0; offset < BUDGET.points; offset += CHUNK) {
    const chunk = await api.call('communities.points', { offset, selection }, { signal })
    chunks.push(chunk)
    if (chunk.accountId.length < CHUNK) break
  }
  if (chunks.length === 1) return chunks[0]!
  const n = chunks.reduce((sum, chunk) => sum + chunk.accountId.length, 0)
  const points: Points = {
    x: new Float32Array(n),
    y: new Float32Array(n),
    score: new Float32Array(n),
    flags: new Uint8Array(n),
    community: new Uint32Array(n),
  }
  let at = 0
  for (const chunk of chunks) {
    points.x.set(chunk.x, at)
    points.y.set(chunk.y, at)
    points.score.set(chunk.score, at)
    points.flags.set(chunk.flags, at)
    points.community.set(chunk.community, at)
    at += chunk.accountId.length
  }
  return points
}

export function PointsController(props: { stage: MapStage; onError(error: ErrorShape | null): void }) {
  const { stage, onError } = props
  const selection = useStillSelection()
  const version = useWorkspace((s) => s.version)
  useEffect(() => {
    const controller = new AbortController()
    loadPoints(selection, controller.signal).then(
      (points) => {
        if (controller.signal.aborted) return
        stage.setPoints(points)
        onError(null)
      },
      (error: unknown) => {
        if (!controller.signal.aborted && !isCancelled(error)) onError(toErrorShape(error))
      },
    )
    return () => controller.abort()
  }, [stage, selection, version, onError])
  return null
}

/** Opens and closes communities: asks for members, moves the camera, says the open one's name. */
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
  const [framed, setFramed] = useState<number | null>(null)
  useEffect(() => {
    if (open === framed || (open !== null && stage.model.communities === null)) return
    stage.frame(open, !reducedMotion())
    setFramed(open)
  }, [stage, open, framed, ready])
  return null
}

/** Theme, selection, hover, focus and switched-off kinds of edges: all that only changes colours. */
export function LookController(props: { stage: MapStage; hiddenChannels: ReadonlySet<number> }) {
  const { stage, hiddenChannels } = props
  const theme = usePrefs((s) => s.resolvedTheme)
  const call = useAccountName()
  const hasSelection = useSelection((s) => !isEmptySelection(s.selection))
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
  useEffect(() => {
    stage.setNames({ nameOf: call })
    stage.setLook({ theme, hasSelection, hover, focus: focusKey, hiddenChannels })
  }, [stage, theme, call, hasSelection, hover, focusKey, hiddenChannels])
  return null
}

/** A test's window on what cannot be read from the document: what the canvas shows, and where. */
export interface MapHook {
  counts(): { communities: number; members: number; points: number; edges: number; labels: number }
  /** Centres of the discs in CSS pixels of the page. */
  positions(): { id: number; x: number; y: number; r: number }[]
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
      counts() {
        stage.countEdges()
        return stage.counts()
      },
      positions() {
        const box = container.getBoundingClientRect()
        return Array.from(stage.model.communities?.id ?? [], (id) => {
          const at = stage.positionOf(id)!
          return { id, x: box.x + at.x, y: box.y + at.y, r: at.r }
        })
      },
      get open() {
        return stage.model.open
      },
    }
    return () => delete window.__shoalMap as never
  }, [stage, container])
  return null
}

/** The map's first level, dimmed by the selection: the map highlights it and filters nothing away. */
export function useCommunityMap() {
  const selection = useStillSelection()
  const hasRun = useWorkspace((s) => s.info?.runs.layout !== undefined)
  return useQuery('communities.map', hasRun ? { selection } : null, { on: ['facts', 'runs', 'judgements'] })
}

export function useOpenMembers(): Query<MemberMap> {
  const open = useFocus((s) => s.openCommunity)
  const selection = useStillSelection()
  return useQuery('communities.members', open === null ? null : { id: open, selection }, {
    on: ['facts', 'runs', 'judgements'],
  })
}
