declare module 'graphology-layout-forceatlas2/iterate.js' {
  /** One iteration of ForceAtlas2 on the matrices, in place. */
  export default function iterate(settings: object, nodes: Float32Array, edges: Float32Array): void
}
