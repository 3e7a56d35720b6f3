import type { Place } from './layout.ts'
import type { AroundStage } from './stage.ts'
import type { NodeKey } from './state.ts'

export interface StageEvents {
  click(key: NodeKey | null, additive: boolean): void
  open(key: NodeKey): void
  edge(a: NodeKey, b: NodeKey): void
  /** At CSS pixels of the stage. */
  menu(key: NodeKey | null, at: Place): void
  hover(key: NodeKey | null): void
  hoverEdge(edge: [NodeKey, NodeKey] | null): void
  /** Nodes were dragged to new places. */
  dragged(places: Record<NodeKey, [number, number]>): void
  /** The graphics were taken away; the stage has to be made anew. */
  lost(): void
}
const DRAG_PIXELS = 3

/** Tells what pointer and touch do on a stage, and drags its nodes. */
export function listenToPointer(stage: AroundStage, events: StageEvents): void {
  const { sigma } = stage
  let dragging: { key: NodeKey; from: Place; moved: boolean } | null = null
  const additive = ({ original }: { original: MouseEvent | TouchEvent }) =>
    original.ctrlKey || original.metaKey || original.shiftKey
  sigma.on('clickNode', ({ node, event }) => events.click(node, additive(event)))
  sigma.on('clickStage', ({ event }) => events.click(null, additive(event)))
  sigma.on('clickEdge', ({ edge }) => {
    const [a, b] = sigma.getGraph().extremities(edge)
    events.edge(a, b)
  })
  sigma.on('enterEdge', ({ edge }) =>
    events.hoverEdge(sigma.getGraph().extremities(edge) as [string, string]),
  )
  sigma.on('leaveEdge', () => events.hoverEdge(null))
  sigma.on('doubleClickNode', ({ node, preventSigmaDefault }) => {
    preventSigmaDefault()
    events.open(node)
  })
  sigma.on('doubleClickStage', ({ preventSigmaDefault }) => preventSigmaDefault())
  sigma.on('rightClickNode', ({ node, event }) => {
    event.original.preventDefault()
    events.menu(node, { x: event.x, y: event.y })
  })
  sigma.on('rightClickStage', ({ event }) => {
    event.original.preventDefault()
    events.menu(null, { x: event.x, y: event.y })
  })
  sigma.on('enterNode', ({ node }) => {
    sigma.getContainer().style.cursor = 'pointer'
    events.hover(node)
  })
  sigma.on('leaveNode', () => {
    sigma.getContainer().style.cursor = ''
    events.hover(null)
  })
  sigma.on('downNode', ({ node, event }) => {
    const { original } = event
    if (original instanceof MouseEvent && original.button !== 0) return
    dragging = { key: node, from: { x: event.x, y: event.y }, moved: false }
  })
  sigma.on('moveBody', ({ event, preventSigmaDefault }) => {
    const drag = dragging
    if (!drag) return
    preventSigmaDefault()
    event.original.preventDefault()
    event.original.stopPropagation()
    if (!drag.moved && Math.hypot(event.x - drag.from.x, event.y - drag.from.y) < DRAG_PIXELS) return
    drag.moved = true
    const from = stage.placeOfNode(drag.key)!
    const to = sigma.viewportToGraph(event)
    for (const key of stage.together(drag.key)) stage.shift(key, to.x - from.x, to.y - from.y)
  })
  const drop = () => {
    const drag = dragging
    dragging = null
    if (!drag?.moved) return
    const places: Record<NodeKey, [number, number]> = {}
    for (const key of stage.together(drag.key)) {
      const { x, y } = stage.placeOfNode(key)!
      places[key] = [Math.round(x), Math.round(y)]
    }
    events.dragged(places)
  }
  sigma.on('upNode', drop)
  sigma.on('upStage', drop)
}
