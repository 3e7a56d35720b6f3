import { useEffect, useMemo, useState } from 'react'
import type { ChannelBytes, ChannelInfo, Histogram, Mask } from '../../src-main/common/contract/explore.ts'
import { useQuery, type Query } from '../client/use-query.ts'
import { usePrefs } from '../state/prefs.ts'
import { isEmptySelection, type Selection } from '../state/selection.ts'
import { useWorkspace } from '../state/workspace.ts'
import {
  colorTable,
  communityBytes,
  isRisk,
  MISSING,
  sequentialColor,
  sizeFactor,
  type ColorTable,
} from './channel-colors.ts'
import { whenIdle } from './idle.ts'
import type { MapModel } from './model.ts'
import { inMask, PlacesIndex } from './places.ts'
import { MARK } from './points-shaders.ts'
import { runSliced } from './slices.ts'
import type { MapStage } from './stage.ts'
import { channels as rgbOf } from '../ui/theme/risk.ts'

/* What the exploration engine answers, brought to the stage. Everything here is bytes and bits in one order of accounts. */

export function useChannels(): ChannelInfo[] {
  const hasRun = useWorkspace((s) => s.info?.runs.layout !== undefined)
  return useQuery('explore.channels', hasRun ? {} : null).data ?? []
}

export type Channel = ChannelBytes & { version: string; kind: ChannelInfo['kind']; info: ChannelInfo }

/**
 * A channel's bytes with what is known of it.
 * @param infos channels that there are; empty until that is known.
 * @param chosen somebody chose it, so that it is most likely there: asked for before it is known which there are.
 */
export function useChannel(
  id: string | null,
  infos: ChannelInfo[],
  chosen = false,
): { channel: Channel | undefined; query: Query<Omit<Channel, 'kind'>> } {
  const hasRun = useWorkspace((s) => s.info?.runs.layout !== undefined)
  const isThere = infos.length === 0 ? chosen && hasRun : infos.some((one) => one.id === id)
  const query = useQuery('explore.channel', id !== null && isThere ? { channel: id } : null)
  const { data } = query
  const channel = useMemo(
    () => (data && data.channel === id ? { ...data, kind: data.info.kind } : undefined),
    [data, id],
  )
  return { channel, query }
}

export function useHistogram(channel: string | null, selection: Selection): Query<Histogram> {
  return useQuery('explore.histogram', channel === null ? null : { channel, selection, bins: 36 })
}

/** Who is selected; undefined while everybody is. */
export function useMask(selection: Selection): Query<Mask> {
  return useQuery('explore.mask', isEmptySelection(selection) ? null : { selection })
}

/** The places of all accounts with their grid, once they are there. */
export function usePlaces(): { index: PlacesIndex | null; query: Query<unknown> } {
  const hasRun = useWorkspace((s) => s.info?.runs.layout !== undefined)
  const query = useQuery('explore.places', hasRun ? {} : null, { on: ['facts', 'runs'] })
  // An answer of the same version is the same places: nothing is uploaded again.
  const [places, setPlaces] = useState(query.data)
  if (query.data?.version !== places?.version) setPlaces(query.data)
  const [index, setIndex] = useState<PlacesIndex | null>(null)
  useEffect(() => {
    setIndex(places ? new PlacesIndex(places) : null)
  }, [places])
  return { index, query }
}

/** Rows of the community columns of each account, -1 for none; null until places and communities are there. */
function communityRows(index: PlacesIndex, model: MapModel): Int32Array {
  const { community, n } = index.places
  const rows = new Int32Array(n)
  const known = new Map<number, number>()
  for (let i = 0; i < n; i++) {
    const id = community[i]!
    let row = known.get(id)
    if (row === undefined) known.set(id, (row = model.rowOf(id)))
    rows[i] = row
  }
  return rows
}

/** Uploads places, colours, sizes, marks and masks as they come, and colours the discs by the same channel. */
export function PointsController(props: {
  stage: MapStage
  index: PlacesIndex | null
  color: Channel | undefined
  size: Channel | undefined
  verdict: Channel | undefined
  label: Channel | undefined
  selected: Mask | undefined
  shown: Mask | undefined
  /** Rises with new communities. */
  communities: unknown
  open: number | null
  heat: boolean
}) {
  const { stage, index, color, size, verdict, label, selected, shown, communities, open, heat } = props
  const theme = usePrefs((s) => s.resolvedTheme)
  const [uploaded, setUploaded] = useState<PlacesIndex | null>(null)
  useEffect(() => {
    if (!index) return
    const stop = new AbortController()
    let off = () => {}
    void stage.setPlaces(index, stop.signal).then(() => {
      if (stop.signal.aborted) return
      setUploaded(index)
      // Nothing is pointed at before it is drawn.
      off = whenIdle(() => {
        void runSliced(index.build(), stop.signal).then((done) => done && stage.draw())
      }, 500)
    })
    return () => {
      stop.abort()
      off()
      setUploaded(null)
    }
  }, [stage, index])
  // Bytes and bits of another version don't fit these places.
  const ready = uploaded !== null && uploaded === index ? uploaded : null

  const table: ColorTable | null = useMemo(() => (color ? colorTable(color, theme) : null), [color, theme])
  useEffect(() => {
    if (table) stage.points.setTable(table.rgba)
    stage.draw()
  }, [stage, table])
  useEffect(() => {
    if (!heat) return
    const ramp = new Uint8Array(1024)
    for (let i = 0; i < 256; i++) ramp.set([...rgbOf(sequentialColor(i / 255, theme)), 255], 4 * i)
    stage.points.setHeatRamp(ramp)
    stage.draw()
  }, [stage, heat, theme])
  useEffect(() => {
    if (!ready) return
    stage.points.setBytes('color', fits(color, ready) ? color.bytes : null)
    stage.draw()
  }, [stage, ready, color])
  useEffect(() => {
    if (!ready) return
    stage.points.setBytes('size', fits(size, ready) ? size.bytes : null)
    stage.draw()
  }, [stage, ready, size])

  useEffect(() => {
    const sized = ready && fits(size, ready) ? size : null
    stage.setLook({
      sizeOf: sized && ready ? (id) => sizeFactor(sized.bytes[ready.rowOf(id)] ?? MISSING) : null,
    })
  }, [stage, ready, size])

  useEffect(() => {
    if (!ready) return
    const { n, community } = ready.places
    const marks = new Uint8Array(n)
    const add = (channel: Channel | undefined, bits: Record<string, number>) => {
      if (!fits(channel, ready)) return
      const byByte = new Uint8Array(256)
      channel.categories.forEach(
        ({ value }, byte) => (byByte[byte] = value === null ? 0 : (bits[value] ?? 0)),
      )
      const { bytes } = channel
      for (let i = 0; i < n; i++) marks[i]! |= byByte[bytes[i]!]!
    }
    add(verdict, { malicious: MARK.judgedMalicious, benign: MARK.judgedBenign })
    add(label, { malicious: MARK.labelMalicious, benign: MARK.labelBenign })
    if (open !== null) for (let i = 0; i < n; i++) if (community[i] === open) marks[i]! |= MARK.open
    stage.points.setBytes('mark', marks)
    stage.draw()
  }, [stage, ready, verdict, label, open])

  useEffect(() => {
    if (!ready) return
    stage.setMasks({
      selected: fits(selected, ready) ? selected.bits : null,
      shown: fits(shown, ready) ? shown.bits : null,
    })
  }, [stage, ready, selected, shown])

  // Discs follow: the channel summed up by community, and how many of each community's members are not hidden.
  useEffect(() => {
    const count = stage.model.communities?.id.length ?? 0
    if (!index || !table || !color || color.version !== index.places.version || isRisk(color.channel)) {
      // By risk, discs have their mean score from the map's own answer.
      stage.setLook({ colors: null })
      return
    }
    const stop = new AbortController()
    const out = new Uint8Array(count)
    const rows = communityRows(index, stage.model)
    void runSliced(communityBytes(color.bytes, rows, count, color.kind, out), stop.signal).then((done) => {
      if (!done) return
      const account = (id: number) => color.bytes[index.rowOf(id)] ?? MISSING
      stage.setLook({ colors: { table, communities: out, account } })
    })
    return () => stop.abort()
  }, [stage, index, table, color, communities])
  useEffect(() => {
    const bits = shown && index && shown.version === index.places.version ? shown.bits : null
    if (!index || !bits || bits.length === 0) return stage.setLook({ shown: null, isHidden: NOBODY })
    const rows = communityRows(index, stage.model)
    const counts = new Uint32Array(stage.model.communities?.id.length ?? 0)
    for (let i = 0; i < rows.length; i++) if (rows[i]! >= 0 && inMask(bits, i)) counts[rows[i]!]!++
    stage.setLook({
      shown: counts,
      isHidden: (id) => {
        const row = index.rowOf(id)
        return row >= 0 && !inMask(bits, row)
      },
    })
  }, [stage, index, shown, communities])
  return null
}

function fits<T extends { version: string }>(what: T | undefined, index: PlacesIndex): what is T {
  return what !== undefined && what.version === index.places.version
}
const NOBODY = () => false
