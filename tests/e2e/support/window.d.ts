/** What the map lets tests see (src-renderer/graph/controllers.tsx). */
interface Window {
  __shoalMap?: {
    counts(): { communities: number; members: number; points: number; edges: number; labels: number }
    positions(): { id: number; x: number; y: number; r: number }[]
    readonly open: number | null
  }
  /** The neighbourhood canvas (src-renderer/views/map/around). */
  __shoalAround?: {
    nodes(): { key: string; x: number; y: number }[]
    edges(): number
    labels(): string[]
  }
}
declare const window: Window & typeof globalThis
