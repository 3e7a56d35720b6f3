/*
 * Watches a page from within, before any of its own code runs (Playwright's addInitScript). What it notes is numbers in
 * arrays; reading and counting happen outside. Costs a microsecond or two for each message and drawing call.
 */
;(() => {
  const now = () => performance.now()
  const probe = {
    /** {id, method, sent, answered, bytes} of each call over the websocket; `answered` is when the page could read it. */
    calls: [],
    /** {name, at} of what core pushed. */
    events: [],
    /** {at, where, what} of each change of the document and of each canvas that is painted, while `watch` is on. */
    changes: [],
    received: 0,
    watch: false,
    /** Of the first frame that drew so many points and discs besides, ms; null until then. */
    firstMap: null,
    wanted: Infinity,
    anyPoints: null,
  }
  window.__probe = probe
  const open = new Map()
  const headOf = (bytes, length) => {
    const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
    return new TextDecoder().decode(bytes.subarray(4, 4 + Math.min(size, length)))
  }
  const Real = window.WebSocket
  window.WebSocket = class extends Real {
    constructor(...args) {
      super(...args)
      this.addEventListener('message', ({ data }) => {
        if (!(data instanceof ArrayBuffer)) return
        probe.received += data.byteLength
        const head = headOf(new Uint8Array(data), 120)
        const id = /^\{"t":"(?:ok|error)","id":(\d+)/.exec(head)?.[1]
        const call = id && open.get(Number(id))
        if (call) {
          call.answered = now()
          call.bytes = data.byteLength
          open.delete(call.id)
        }
        const event = /^\{"t":"event","name":"([\w.]+)"/.exec(head)?.[1]
        if (event) probe.events.push({ name: event, at: now() })
      })
    }
    send(data) {
      const found = /^\{"t":"call","id":(\d+),"method":"([\w.]+)"/.exec(headOf(data, 120))
      if (found) {
        const call = { id: Number(found[1]), method: found[2], sent: now(), answered: null, bytes: 0 }
        open.set(call.id, call)
        probe.calls.push(call)
      }
      super.send(data)
    }
  }

  const places = new WeakMap()
  const placeOf = (element) => {
    const panel = element.closest('[data-testid^="panel-"]')
    if (panel) return panel.dataset.testid.slice(6)
    return element.closest('header, footer, nav, .sh-search-results')?.className || 'frame'
  }
  const whereIs = (element) => {
    // Only the map draws outside the document.
    if (!element) return 'map'
    let where = element.isConnected ? places.get(element) : undefined
    if (where === undefined) places.set(element, (where = placeOf(element)))
    return where
  }
  let last = null
  const note = (node, how) => {
    const element = !(node instanceof Node) ? null : node instanceof Element ? node : node.parentElement
    // A canvas is painted by hundreds of strokes: they are one change, as late as the last of them.
    if (last?.element === element && last.how === how && probe.changes.at(-1) === last.change) {
      last.change.at = now()
      return
    }
    // The minimap follows every drawing of the map a while later: it shows no answer.
    if (element?.matches('.sh-minimap, .sh-minimap *')) return
    const change = {
      at: now(),
      where: whereIs(element),
      what: `${how} ${element?.tagName ?? ''}.${element?.getAttribute('class') ?? ''}`,
    }
    last = { element, how, change }
    probe.changes.push(change)
  }
  let sawDiscs = -1
  const painted = (gl, mode, count, instances) => {
    const points = mode === gl.POINTS ? count : 0
    if (probe.firstMap === null) {
      const frame = now()
      if (instances > 0) sawDiscs = frame
      if (points > 0 && probe.anyPoints === null) probe.anyPoints = frame
      if (points >= probe.wanted && sawDiscs >= 0) {
        probe.firstMap = -1
        // The drawing calls are made: what is left is this frame's end.
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => {
          probe.firstMap = now()
          performance.mark('probe:map')
        }
        port2.postMessage(0)
      }
    }
    if (probe.watch) note(gl.canvas, 'drawn')
  }
  for (const Context of [WebGLRenderingContext, WebGL2RenderingContext]) {
    const { drawArrays, drawElements } = Context.prototype
    Context.prototype.drawArrays = function (mode, first, count) {
      painted(this, mode, count, 0)
      return drawArrays.call(this, mode, first, count)
    }
    Context.prototype.drawElements = function (...args) {
      painted(this, args[0], args[1], 0)
      return drawElements.apply(this, args)
    }
  }
  const { drawArraysInstanced } = WebGL2RenderingContext.prototype
  WebGL2RenderingContext.prototype.drawArraysInstanced = function (mode, first, count, instances) {
    painted(this, mode, 0, instances)
    return drawArraysInstanced.call(this, mode, first, count, instances)
  }
  for (const name of ['clearRect', 'fillRect']) {
    const real = CanvasRenderingContext2D.prototype[name]
    CanvasRenderingContext2D.prototype[name] = function (...args) {
      if (probe.watch) note(this.canvas, 'painted')
      return real.apply(this, args)
    }
  }
  new MutationObserver((records) => {
    if (!probe.watch) return
    for (const { target, type, attributeName } of records) note(target, attributeName ?? type)
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true })
})()
