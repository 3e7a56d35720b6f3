import { create } from 'zustand'
import type { CameraPlace } from '../../graph/camera.ts'
import type { MapGroup } from '../../graph/overlay-painter.ts'
import { slice } from '../../state/slices.ts'

/** How the map is drawn and what is put on it: remembered, undone, part of named views. */
export interface MapSettings {
  /** Channel that colours, channel that sizes; null: all the same size. */
  colorBy: string
  sizeBy: string | null
  heat: boolean
  /** Draws the selected only. */
  only: boolean
  /** Share of the edges that are drawn, strongest first, 0..1. */
  between: number
  inside: number
  /** Communities with a pin. */
  landmarks: number[]
  groups: MapGroup[]
  /** Communities run that landmarks and groups are of. */
  runId: number | null
}
interface MapState extends MapSettings {
  /** The strip of legends is open. */
  strip: boolean
  /** Where the camera is; null: everything is shown. */
  camera: CameraPlace | null
  /** Accounts whose surroundings are shown; null: the map. */
  around: number[] | null
  tool: 'pan' | 'lasso' | 'box'
  /** The two communities that are compared. */
  compared: [number, number] | null
  /** The two accounts between which paths are drawn. */
  paths: [number, number] | null
  set(change: Partial<MapState>): void
  pin(id: number): void
  group(group: MapGroup): void
  ungroup(name: string): void
  /** Landmarks and groups of another run name other communities: they go. */
  follow(runId: number): void
}

export const FRESH: MapSettings = {
  colorBy: 'risk',
  sizeBy: null,
  heat: false,
  only: false,
  between: 0.1,
  inside: 1,
  landmarks: [],
  groups: [],
  runId: null,
}

export const useMap = create<MapState>()((set, get) => ({
  ...FRESH,
  strip: true,
  camera: null,
  around: null,
  tool: 'pan',
  compared: null,
  paths: null,
  set: (change) => set(change),
  pin: (id) =>
    set((s) => ({
      landmarks: s.landmarks.includes(id)
        ? s.landmarks.filter((other) => other !== id)
        : [...s.landmarks, id],
    })),
  group: (group) =>
    set((s) => ({ groups: [...s.groups.filter((other) => other.name !== group.name), group] })),
  ungroup: (name) => set((s) => ({ groups: s.groups.filter((group) => group.name !== name) })),
  follow(runId) {
    const { runId: old } = get()
    if (old === runId) return
    set(old === null ? { runId } : { runId, landmarks: [], groups: [], compared: null, paths: null })
  },
}))

const isShare = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1
const isIds = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((id) => Number.isInteger(id) && (id as number) >= 0)

/** Settings as they were kept, as far as they make sense; fresh ones for the rest. */
export function readSettings(kept: unknown): MapSettings {
  const value = (typeof kept === 'object' && kept !== null ? kept : {}) as Record<string, unknown>
  const groups = Array.isArray(value['groups']) ? value['groups'] : []
  return {
    colorBy:
      typeof value['colorBy'] === 'string' && value['colorBy'] !== '' ? value['colorBy'] : FRESH.colorBy,
    sizeBy: typeof value['sizeBy'] === 'string' ? value['sizeBy'] : null,
    heat: value['heat'] === true,
    only: value['only'] === true,
    between: isShare(value['between']) ? value['between'] : FRESH.between,
    inside: isShare(value['inside']) ? value['inside'] : FRESH.inside,
    landmarks: isIds(value['landmarks']) ? value['landmarks'] : [],
    groups: groups.filter(
      (group: unknown): group is MapGroup =>
        typeof group === 'object' &&
        group !== null &&
        typeof (group as MapGroup).name === 'string' &&
        isIds((group as MapGroup).communities),
    ),
    runId: typeof value['runId'] === 'number' ? value['runId'] : null,
  }
}

export function pickSettings(state: MapSettings): MapSettings {
  const { colorBy, sizeBy, heat, only, between, inside, landmarks, groups, runId } = state
  return { colorBy, sizeBy, heat, only, between, inside, landmarks, groups, runId }
}

slice({
  name: 'map',
  store: useMap,
  pick: pickSettings,
  apply: (value) => useMap.setState(readSettings(value)),
  // Which run the marks are of changes by itself, not by a person.
  what: (before, after) =>
    JSON.stringify({ ...before, runId: 0 }) === JSON.stringify({ ...after, runId: 0 }) ? null : 'map',
  settleMs: 300,
})

/** Where one looks is restored with the session and with named views, but no step to undo. */
interface Looking {
  camera: CameraPlace | null
  around: number[] | null
  strip: boolean
}
slice({
  name: 'map.camera',
  store: useMap,
  pick: ({ camera, around, strip }): Looking => ({ camera, around, strip }),
  apply(kept) {
    const value = (kept ?? {}) as Partial<Looking>
    const { camera } = value
    const sound =
      camera !== null &&
      camera !== undefined &&
      [camera.x, camera.y, camera.ratio].every((n) => Number.isFinite(n)) &&
      camera.ratio > 0
    useMap.setState({
      camera: sound ? camera : null,
      around: isIds(value.around) && value.around.length > 0 ? value.around : null,
      strip: value.strip !== false,
    })
  },
  what: () => null,
  settleMs: 600,
})
