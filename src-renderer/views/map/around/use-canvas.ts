import { useEffect, useMemo, useRef, useState } from 'react'
import type { AroundScene } from '../../../../src-main/common/contract/around.ts'
import { useQuery } from '../../../client/use-query.ts'
import { reducedMotion } from '../../../state/prefs.ts'
import { isEmptySelection, useSelection, without } from '../../../state/selection.ts'
import type { ForceAnswer } from './force-worker.ts'
import type { ForceInput } from './force.ts'
import { forcePlaces, keepPlaces, unsettled, useKeptPlaces } from './kept-places.ts'
import { arrange, placeNew, type Guide, type Places } from './layout.ts'
import { modelOf, type AroundModel } from './model.ts'
import type { AroundStage } from './stage.ts'
import { accountKey, membersOf, type AroundState, type NodeKey } from './state.ts'
import { useAround } from './store.ts'

/** Where nodes were before a person pinned them. */
const beforePin: Places = new Map()
/** Up to so many nodes glide to a new layout; more of them are simply there. */
const GLIDE = 1500

export { reducedMotion }

/** What core says of everything on the canvas. */
export function useScene(state: AroundState) {
  const { seeds, expansions } = state
  const members = useMemo(() => membersOf({ seeds, expansions }), [seeds, expansions])
  const nobody = members.accounts.length + members.things.length === 0
  return useQuery(
    'graph.scene',
    nobody
      ? null
      : {
          accountIds: members.accounts.slice(0, 20_000),
          thingIds: members.things.slice(0, 5000),
          thingTypes: state.between ? ['*'] : [],
        },
    { on: ['facts', 'runs', 'judgements'] },
  )
}

export function useModel(scene: AroundScene | undefined, state: AroundState): AroundModel | null {
  const { hidden, hiddenKinds, groups, expansions, seeds } = state
  return useMemo(
    () => (scene ? modelOf(scene, { hidden, hiddenKinds, groups, expansions, seeds }) : null),
    [scene, hidden, hiddenKinds, groups, expansions, seeds],
  )
}

/** Accounts of the scene that the app's selection holds, its picked accounts aside; null: everybody. */
export function useSelectedHere(scene: AroundScene | undefined): ReadonlySet<NodeKey> | null {
  const selection = useSelection((s) => s.selection)
  const others = without(selection, 'accounts', 'sets')
  const ids = useMemo(() => (scene ? [...scene.accounts.id] : []), [scene])
  const asked = useQuery(
    'graph.selected',
    isEmptySelection(others) || ids.length === 0 ? null : { accountIds: ids, selection: others },
  )
  return useMemo(() => {
    if (!asked.data || asked.data.length !== ids.length) return null
    return new Set(ids.flatMap((id, i) => (asked.data![i] ? accountKey(id) : [])))
  }, [asked.data, ids])
}

/** Keeps the stage's places: new nodes find theirs beside what brought them, nothing else moves. */
export function useLayoutOf(
  stage: AroundStage | null,
  model: AroundModel | null,
  state: AroundState,
): boolean {
  const relaxTurn = useAround((s) => s.relaxTurn)
  // Places that came from elsewhere: everything moves there.
  const keptTurn = useKeptPlaces((s) => s.turn)
  const done = useRef({
    relaxTurn,
    keptTurn,
    layout: state.layout,
    shown: 0,
    model: null as AroundModel | null,
    stage,
  })
  const [busy, setBusy] = useState(false)
  const worker = useRef<Worker | null>(null)
  const turn = useRef(0)

  useEffect(() => () => worker.current?.terminate(), [])

  useEffect(() => {
    if (!stage || !model) return
    const { pinned, layout } = state
    const last = done.current
    const first = last.shown === 0 || last.stage !== stage
    const again = last.relaxTurn !== relaxTurn
    const changedLayout = last.layout !== layout
    const restored = last.keptTurn !== keptTurn
    const same = last.model === model && last.stage === stage && !restored && !again && !changedLayout
    done.current = { relaxTurn, keptTurn, layout, shown: model.nodes.length, model, stage }
    followPins(pinned)
    // What is still being laid out would move it all again.
    if (restored) turn.current++
    const glide = model.nodes.length <= GLIDE && !reducedMotion()
    if (layout !== 'force') {
      const { places, guides } = arrange(model, layout, pinned)
      if (!same) {
        placeNew(model, forcePlaces, pinned)
        stage.setModel(model, state, changedLayout ? forcePlaces : places, guides)
      }
      stage.setPlaces(places, guides, glide && changedLayout)
      if (first) stage.fit(false)
      else if (changedLayout) stage.fit(!reducedMotion())
      return
    }
    for (const key of placeNew(model, forcePlaces, pinned)) unsettled.add(key)
    const fresh = new Set(model.nodes.flatMap(({ key }) => (unsettled.has(key) ? key : [])))
    const keys = model.nodes.map(({ key }) => key)
    if (same) {
      stage.setPlaces(forcePlaces, [], false)
      keepPlaces(keys, pinned)
      return
    }
    stage.setModel(model, state, forcePlaces, [])
    if (changedLayout) stage.setPlaces(forcePlaces, [], glide)
    if (first || changedLayout) stage.fit(false)
    const alone = fresh.size === model.nodes.length
    if (fresh.size === 0 && !again) {
      keepPlaces(keys, pinned)
      return
    }
    const mine = ++turn.current
    const fixed = Uint8Array.from(keys, (key) => Number(key in pinned || !(again || alone || fresh.has(key))))
    const run = (worker.current ??= new Worker(new URL('./force-worker.ts', import.meta.url), {
      type: 'module',
    }))
    setBusy(true)
    run.onmessage = ({ data }: MessageEvent<ForceAnswer>) => {
      if (data.turn !== turn.current) return
      keys.forEach((key, i) => {
        if (fixed[i] === 0) forcePlaces.set(key, { x: data.xy[2 * i]!, y: data.xy[2 * i + 1]! })
      })
      if (data.done) {
        setBusy(false)
        for (const key of keys) unsettled.delete(key)
        keepPlaces(keys, pinned)
      }
      stage.setPlaces(forcePlaces, [], glide && data.done)
      if (!data.done) return
      if (alone || again) stage.fit(!reducedMotion())
      else stage.fit(!reducedMotion(), [...fresh], true)
    }
    const input = forceInput(model, forcePlaces, fixed)
    run.postMessage({ turn: mine, input }, [
      input.xy.buffer,
      input.fixed.buffer,
      input.ends.buffer,
      input.weight.buffer,
    ] as never)
    // Other parts of the state don't move anything.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [stage, model, state.layout, state.pinned, relaxTurn, keptTurn])
  return busy
}

/** A node that is pinned no longer goes back to where it was. */
let pinnedBefore: Record<NodeKey, unknown> = {}
function followPins(pinned: Record<NodeKey, [number, number]>): void {
  for (const [key, at] of Object.entries(pinned)) {
    const place = forcePlaces.get(key)
    if (!(key in pinnedBefore) && place && !beforePin.has(key)) beforePin.set(key, place)
    forcePlaces.set(key, { x: at[0], y: at[1] })
  }
  for (const key of Object.keys(pinnedBefore)) {
    const place = beforePin.get(key)
    if (key in pinned || !place) continue
    forcePlaces.set(key, place)
    beforePin.delete(key)
  }
  pinnedBefore = pinned
}

function forceInput(model: AroundModel, places: Places, fixed: Uint8Array): ForceInput {
  const xy = new Float32Array(model.nodes.length * 2)
  model.nodes.forEach(({ key }, i) => {
    const at = places.get(key)!
    xy[2 * i] = at.x
    xy[2 * i + 1] = at.y
  })
  return {
    xy,
    fixed: fixed.slice(),
    ends: Uint32Array.from(model.edges.flatMap(({ a, b }) => [a, b])),
    weight: Float32Array.from(model.edges, ({ weight }) => weight),
  }
}

export type { Guide }
