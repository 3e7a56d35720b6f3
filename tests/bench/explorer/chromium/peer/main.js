import Graph from 'graphology'
import Sigma from 'sigma'

/*
 * The peer: every node and edge of the same graph in one graphology graph, drawn by one sigma with its default programs
 * and settings, as the first example of its documentation does. ?nodes and ?edges say how many there are.
 */
const bytes = async (name) => (await fetch(name)).arrayBuffer()
performance.mark('probe:begin')
const [places, colors, keys, ends] = await Promise.all([
  bytes('places.f32').then((buffer) => new Float32Array(buffer)),
  bytes('colors.u8').then((buffer) => new Uint8Array(buffer)),
  bytes('keys.txt').then((buffer) => new TextDecoder().decode(buffer).split('\n')),
  bytes('ends.u32').then((buffer) => new Uint32Array(buffer)),
])
const n = places.length / 2
const graph = new Graph({ type: 'undirected' })
for (let i = 0; i < n; i++) {
  const red = colors[i].toString(16).padStart(2, '0')
  graph.addNode(i, { x: places[2 * i], y: places[2 * i + 1], size: 2, color: `#${red}7070`, label: keys[i] })
}
window.__peer = { nodes: n, edges: 0 }
for (let e = 0; e < ends.length; e += 2) {
  graph.addEdge(ends[e], ends[e + 1], { size: 0.5, color: '#8884' })
  window.__peer.edges++
}
performance.mark('probe:filled')
const sigma = new Sigma(graph, document.getElementById('stage'))
window.__peer.sigma = sigma
// The constructor draws; what it has drawn is there when the next frame begins.
requestAnimationFrame(() => {
  performance.mark('probe:drawn')
  window.__peer.drawn = performance.now()
})
