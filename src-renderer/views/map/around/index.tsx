import { Button } from '@blueprintjs/core'
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { useStage } from '../../../graph/use-stage.ts'
import { useFocus } from '../../../state/focus.ts'
import { useLayout } from '../../../state/layout.ts'
import { usePrefs } from '../../../state/prefs.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { EmptyState, ErrorState, Spinner } from '../../../ui/states.tsx'
import { GraphicsLost, GraphicsMissing } from '../graphics.tsx'
import { lookAround, lookAroundAccounts } from './actions.ts'
import { Chips } from './chips.tsx'
import { actOn, inspect, targetsOf, useMenu } from './commands.tsx'
import { AroundHover } from './hover-card.tsx'
import { AroundLegend } from './legend.tsx'
import { withThings, type AroundLook } from './look.ts'
import { CanvasMenu } from './menu.tsx'
import { Region } from './region.tsx'
import { JoinsPanel, MorePanel, PathsPanel } from './side.tsx'
import { AroundStage } from './stage.ts'
import { accountIds, accountKey, idOf, kindOf, pin, thingKey, type NodeKey } from './state.ts'
import { useAround } from './store.ts'
import { AroundToolbar } from './toolbar.tsx'
import { AroundTree } from './tree.tsx'
import { reducedMotion, useLayoutOf, useModel, useScene, useSelectedHere } from './use-canvas.ts'
import { useCovered } from './use-covered.ts'
import { useGuideWords, useNames } from './words.ts'
import '../stage.css'
import './around.css'
import './side.css'

export { addToCanvas, lookAround, lookAroundAccounts } from './actions.ts'
export { useAround } from './store.ts'

export interface AroundCanvasProps {
  /** Accounts to look around from; when they become others, the canvas begins anew. Absent: it stays as it is. */
  seeds?: readonly number[]
  /** Goes back to where the canvas was opened from; without it there is no way back to offer. */
  onClose?: () => void
  /** Colour of an account by the map's legend; the canvas colours by itself where it is absent. */
  colorOf?: (accountId: number) => string | null
  /** What `colorOf` shows. */
  colorTitle?: string
}

/** A test's window on what the canvas shows. */
interface AroundHook {
  nodes(): { key: NodeKey; x: number; y: number }[]
  edges(): number
  labels(): string[]
}
declare global {
  interface Window {
    __shoalAround?: AroundHook
  }
}

/** The neighbourhood canvas: some accounts, what is around them, and why. */
export function AroundCanvas(props: AroundCanvasProps) {
  const nothing = useAround((s) => s.state.seeds.length + s.state.expansions.length === 0)
  const { seeds } = props
  const wanted = seeds?.join() ?? ''
  useEffect(() => {
    if (!seeds || seeds.length === 0) return
    // What was looked around from before is still there, with all that was done to it.
    if (accountIds(useAround.getState().state.seeds).join() === wanted) return
    void lookAroundAccounts(seeds)
    // `wanted` is what `seeds` says.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [wanted])
  if (nothing) return <NothingYet {...props} />
  return <Canvas {...props} />
}

function NothingYet({ onClose }: AroundCanvasProps) {
  const t = useT()
  const focus = useFocus((s) => s.focus)
  const key =
    focus?.kind === 'account' ? accountKey(focus.id) : focus?.kind === 'entity' ? thingKey(focus.id) : null
  return (
    <EmptyState
      icon="graph"
      title={t('around.empty.title')}
      action={
        <div className="sh-around-buttons">
          {key && (
            <Button
              intent="primary"
              text={t('around.empty.focus')}
              data-testid="around-start"
              onClick={() => void lookAround([key])}
            />
          )}
          {onClose && <Button text={t('around.tool.back')} onClick={onClose} />}
        </div>
      }
    >
      {t('around.empty.text')}
    </EmptyState>
  )
}

function Canvas({ onClose, colorOf, colorTitle }: AroundCanvasProps) {
  const t = useT()
  const container = useRef<HTMLDivElement>(null)
  const frame = useRef<HTMLDivElement>(null)
  const legendRef = useRef<HTMLDivElement>(null)
  const [menu, setMenu] = useState<{
    targets: NodeKey[]
    at: { x: number; y: number }
    only: 'all' | 'expand'
  } | null>(null)
  const [legend, setLegend] = useState(true)
  const [edge, setEdge] = useState<[NodeKey, NodeKey] | null>(null)
  const state = useAround((s) => s.state)
  const side = useAround((s) => s.side)
  const hover = useAround((s) => s.hover)
  const cursor = useAround((s) => s.cursor)
  const picked = useAround((s) => s.picked)
  const bright = useAround((s) => s.bright)
  const theme = usePrefs((s) => s.resolvedTheme)
  const focus = useFocus((s) => s.focus)
  const scene = useScene(state)
  const model = useModel(scene.data, state)
  const selected = useSelectedHere(scene.data)
  const nameOf = useNames(scene.data, state)
  const guideText = useGuideWords()
  const { stage, graphics, retry } = useStage((lost) => {
    const store = useAround.getState
    return new AroundStage(container.current!, {
      click(key, additive) {
        setMenu(null)
        if (key === null) {
          useAround.setState({ bright: null, cursor: null })
          if (!additive && store().picked.size > 0) store().pick([])
          return
        }
        useAround.setState({ cursor: key })
        if (additive) store().pick([key], 'toggle')
        else inspect(key)
      },
      open(key) {
        if (kindOf(key) === 'group')
          store().change((s) => ({
            ...s,
            groups: s.groups.map((g) => (g.id === idOf(key) ? { ...g, closed: false } : g)),
          }))
        else if (kindOf(key) !== 'more') {
          inspect(key)
          useLayout.getState().show('inspector')
        }
      },
      edge(a, b) {
        if (kindOf(a) === 'account' && kindOf(b) === 'account')
          useFocus.getState().show({ kind: 'edge', a: idOf(a), b: idOf(b) })
        else inspect(kindOf(a) === 'thing' ? a : b)
      },
      menu(key, at) {
        if (key) useAround.setState({ cursor: key })
        setMenu({ targets: key ? targetsOf(key) : [], at, only: 'all' })
      },
      hover: (key) => useAround.setState({ hover: key }),
      hoverEdge: setEdge,
      dragged: (places) => store().change((s) => pin(s, places)),
      lost,
    })
  })
  useCovered(stage, legendRef, legend, model !== null)
  const busy = useLayoutOf(stage, model, state)

  useEffect(() => {
    if (!stage) return
    window.__shoalAround = {
      nodes() {
        const box = container.current!.getBoundingClientRect()
        return (stage.model?.nodes ?? []).map(({ key }) => {
          const at = stage.pixelOf(key)!
          return { key, x: box.x + at.x, y: box.y + at.y }
        })
      },
      edges: () => stage.model?.edges.length ?? 0,
      labels: () => stage.labels.map(({ text }) => text),
    }
    return () => {
      delete window.__shoalAround
    }
  }, [stage])

  const focusKey =
    focus?.kind === 'account' ? accountKey(focus.id) : focus?.kind === 'entity' ? thingKey(focus.id) : null
  const look = useMemo<AroundLook>(
    () => ({
      theme,
      color: state.color,
      colorOf,
      picked,
      pinned: state.pinned,
      hover,
      focus: cursor ?? focusKey,
      bright: bright && model ? withThings(model, bright) : bright,
      selected,
    }),
    [theme, state.color, colorOf, picked, state.pinned, hover, cursor, focusKey, bright, model, selected],
  )
  useEffect(() => {
    stage?.setLook(look, (place) => nameOf(stage.model?.nodes[place]?.key ?? ''), guideText)
    // Guides change with the language, as names do.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [stage, look, nameOf, model])

  const sections = useMenu(menu?.targets ?? null, model, stage, menu?.only ?? 'all')
  const closeMenu = useCallback(() => setMenu(null), [])

  /** The canvas's keys; they work in the list beside it, too. */
  const command = (event: KeyboardEvent, key: NodeKey | null): boolean => {
    if (!stage || !model || event.ctrlKey || event.metaKey || event.altKey) return false
    const targets = targetsOf(key)
    const at = (key === null ? null : stage.pixelOf(key)) ?? { x: 80, y: 80 }
    const act = actOn(model, stage, targets, t('around.group.name', { n: state.next }))
    const accounts = act.members.filter((member) => kindOf(member) === 'account')
    const { change } = useAround.getState()
    const keys: Record<string, () => unknown> = {
      e: () => setMenu({ targets, at, only: 'expand' }),
      ContextMenu: () => setMenu({ targets, at, only: 'all' }),
      F10: () => event.shiftKey && setMenu({ targets, at, only: 'all' }),
      h: act.hide,
      p: act.togglePin,
      g: act.group,
      n: act.neighbours,
      j: () => accounts.length > 1 && act.joins(),
      w: () => accounts.length > 1 && act.paths(),
      Delete: act.remove,
      Backspace: act.remove,
      t: () => change((s) => ({ ...s, between: !s.between })),
      b: () => useAround.setState({ tool: 'box' }),
      l: () => useAround.setState({ tool: 'lasso' }),
      '0': () => stage.fit(!reducedMotion()),
      '+': () => stage.camera.zoom(1.4, !reducedMotion()),
      '=': () => stage.camera.zoom(1.4, !reducedMotion()),
      '-': () => stage.camera.zoom(1 / 1.4, !reducedMotion()),
    }
    const run = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key]
    if (!run) return false
    event.preventDefault()
    run()
    return true
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (!stage || !model) return
    const walk = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key]
    const here = cursor ?? state.seeds[0] ?? model.nodes[0]?.key ?? null
    if (walk && here) {
      event.preventDefault()
      const next = cursor === null ? here : stage.towards(here, walk[0]!, walk[1]!)
      if (!next) return
      useAround.setState({ cursor: next })
      stage.reveal(next, !reducedMotion())
    } else if (event.key === 'Enter' && here) {
      event.preventDefault()
      inspect(here)
    } else if (event.key === ' ' && here) {
      event.preventDefault()
      useAround.getState().pick([here], 'toggle')
    } else if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      const { tool, bright: pointed, pick } = useAround.getState()
      if (tool !== 'point') useAround.setState({ tool: 'point' })
      else if (pointed) useAround.setState({ bright: null })
      else if (picked.size > 0) pick([])
      else onClose?.()
    } else command(event, cursor)
  }
  const cursorText = cursor && model?.placeOf.has(cursor) ? nameOf(cursor) : ''

  if (graphics === 'missing') return <GraphicsMissing onRetry={retry} />
  return (
    <div className="sh-around" data-testid="around">
      <AroundToolbar model={model} stage={stage} busy={busy} nameOf={nameOf} onClose={onClose} />
      <Chips nameOf={nameOf} />
      <div className="sh-around-main">
        <div ref={frame} className="sh-around-frame">
          <div
            ref={container}
            className="sh-stage"
            role="application"
            tabIndex={0}
            aria-label={t('around.stage')}
            aria-describedby="sh-around-keys"
            data-testid="around-canvas"
            onKeyDown={onKeyDown}
            onContextMenu={(event) => event.preventDefault()}
          />
          <p id="sh-around-keys" className="sh-visually-hidden">
            {t('around.keys')}
          </p>
          <p className="sh-visually-hidden" aria-live="polite">
            {cursorText}
          </p>
          {stage && <Region stage={stage} />}
          {model && (
            <AroundLegend
              ref={legendRef}
              model={model}
              colorTitle={colorTitle}
              open={legend}
              onOpen={setLegend}
            />
          )}
          {stage && model && !menu && (
            <AroundHover
              stage={stage}
              model={model}
              state={state}
              hover={hover}
              edge={edge}
              nameOf={nameOf}
            />
          )}
          {menu && frame.current && (
            <CanvasMenu
              at={menu.at}
              within={frame.current}
              label={t('around.menu.label')}
              sections={sections}
              onClose={closeMenu}
            />
          )}
          {graphics === 'lost' && <GraphicsLost />}
          {scene.loading && !scene.data && <Spinner />}
          {scene.error && (
            <div className="sh-stage-error">
              <ErrorState compact error={scene.error} onRetry={scene.refetch} />
            </div>
          )}
        </div>
        {side && model && (
          <aside className="sh-around-side" aria-label={t('around.tree.label')}>
            {side.kind !== 'tree' && (
              <div className="sh-around-side-head">
                <Button
                  variant="minimal"
                  size="small"
                  icon="arrow-left"
                  aria-label={t('around.tree.back')}
                  title={t('around.tree.back')}
                  data-testid="around-side-back"
                  onClick={() => useAround.setState({ side: { kind: 'tree' }, bright: null })}
                />
                <h3 className="sh-caps">{t(`around.side.${side.kind}`)}</h3>
              </div>
            )}
            {side.kind === 'tree' && (
              <AroundTree
                model={model}
                nameOf={nameOf}
                onInspect={(key) => {
                  inspect(key)
                  stage?.reveal(key, !reducedMotion())
                }}
                onCommand={command}
              />
            )}
            {side.kind === 'paths' && <PathsPanel accounts={side.accounts} nameOf={nameOf} />}
            {side.kind === 'joins' && <JoinsPanel accounts={side.accounts} />}
            {side.kind === 'more' && <MorePanel expansion={side.expansion} />}
          </aside>
        )}
      </div>
    </div>
  )
}
