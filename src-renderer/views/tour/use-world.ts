import { useEffect, useMemo, useState } from 'react'
import { api } from '../../client/api.ts'
import { useQuery } from '../../client/use-query.ts'
import { useFocus } from '../../state/focus.ts'
import { useJobs } from '../../state/jobs.ts'
import { useLayout } from '../../state/layout.ts'
import { useSelection } from '../../state/selection.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { communityName } from '../../ui/format.ts'
import type { World } from './steps.ts'
import { useTour } from './store.ts'
import { chooseCase, harmlessThing, tellingThing } from './the-case.ts'

/** Cases that are looked through for the community: the newest ones. */
const CASES = 20

/** The case, chosen when the workspace is analyzed and again when its communities are found anew. */
function useCase(): { community: number | null; none: boolean } {
  const on = useTour((s) => s.state === 'on')
  const community = useTour((s) => s.community)
  const runId = useTour((s) => s.runId)
  const set = useTour((s) => s.set)
  const runs = useWorkspace((s) => s.info?.runs)
  const run = runs?.layout === undefined ? undefined : runs.communities
  const [none, setNone] = useState(false)
  const chosen = community !== null && runId === run
  useEffect(() => {
    if (!on || run === undefined || chosen) return
    let live = true
    const ask = {
      list: async (limit: number) =>
        (await api.call('communities.list', { sort: 'risk', descending: true, limit })).rows,
      get: (id: number) => api.call('communities.get', { id }),
      causes: (ids: number[]) => api.call('entities.causes', { ids }),
    }
    chooseCase(ask).then(
      (found) => {
        if (!live) return
        setNone(found === null)
        if (found !== null) set({ community: found, runId: run })
      },
      () => {}, // it is asked again with the next change
    )
    return () => {
      live = false
    }
  }, [on, run, chosen, set])
  return { community: chosen ? community : null, none }
}

/** Whether the community is in one of the newest cases. */
function useInCase(community: number | null): boolean {
  const [found, setFound] = useState<number | null>(null)
  const cases = useQuery('cases.list', community === null ? null : {}, { on: ['cases'] })
  useEffect(() => {
    if (community === null || !cases.data) return
    let live = true
    const ids = cases.data
      .filter((one) => one.communities > 0)
      .sort((a, b) => b.id - a.id)
      .slice(0, CASES)
    Promise.all(ids.map(({ id }) => api.call('cases.get', { id }))).then(
      (details) => {
        const held = details.some(({ items }) =>
          items.some((item) => item.kind === 'community' && item.ref === community),
        )
        if (live) setFound(held ? community : null)
      },
      () => {},
    )
    return () => {
      live = false
    }
  }, [community, cases.data])
  return found !== null && found === community
}

/** What the tour's steps look at, as it is now. `none`: there is no community to make a case of. */
export function useWorld(): { world: World; none: boolean } {
  const startedAt = useTour((s) => s.startedAt)
  const { community, none } = useCase()
  const active = useLayout((s) => s.active)
  const focus = useFocus((s) => s.focus)
  const time = useSelection((s) => s.selection.time !== undefined)
  const packed = useJobs((s) =>
    s.jobs.some((job) => job.kind === 'pack' && job.status === 'done' && job.createdAt >= startedAt),
  )
  const detail = useQuery('communities.get', community === null ? null : { id: community }, {
    on: ['judgements', 'runs', 'facts'],
    reset: true,
  }).data
  const things = detail?.sharedEntities.map(({ entityId }) => entityId)
  const causes = useQuery('entities.causes', things && things.length > 0 ? { ids: things } : null, {
    on: ['facts', 'runs'],
  }).data
  const shown = focus?.kind === 'entity' ? focus.id : null
  const cause = useQuery('entities.causes', shown === null || community === null ? null : { ids: [shown] }, {
    on: ['facts', 'runs'],
    reset: true,
  }).data?.find(({ id }) => id === shown)
  const inCase = useInCase(community)
  const judged =
    detail !== undefined && detail.verdict !== null && (detail.judgements[0]?.reason.trim() ?? '') !== ''
  const shared = detail && causes ? detail.sharedEntities : []
  const telling = tellingThing(shared, causes ?? [])?.key ?? null
  const harmless = harmlessThing(shared, causes ?? [])?.key ?? null
  const world = useMemo(
    (): World => ({
      ready: community !== null,
      active,
      focus,
      time,
      community,
      name: community === null ? '' : communityName(community),
      telling,
      harmless,
      cause: cause?.cause ?? null,
      judged,
      inCase,
      packed,
    }),
    [community, active, focus, time, telling, harmless, cause, judged, inCase, packed],
  )
  return { world, none }
}
