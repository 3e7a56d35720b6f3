import { z } from 'zod'
import { method } from './method.ts'
import { selectionSchema, spanSchema } from './selection.ts'

/**
 * What colours or sizes accounts, or is filtered by: 'risk', 'community', 'communityRisk' (its mean), 'registered', 'age',
 * 'label', 'verdict', 'events', 'reports', 'reportClass' (the most frequent), 'anomalies' (events in anomalous windows),
 * 'degree', 'confidence', 'tag:<name>', 'attribute:<name>'.
 */
export const channelSchema = z.string().min(1).max(200)

export interface ChannelInfo {
  id: string
  kind: 'number' | 'category' | 'time'
  /** observed: stated by a file; inferred: from a run; judged: by an analyst. */
  knowledge: 'observed' | 'inferred' | 'judged'
  /** Accounts with a value. */
  known: number
  /** Catalogue key of the unit, or null. */
  unit: string | null
  /** Part of the selection that a click on its legend sets; null: it can't be filtered by. */
  filters: string | null
}

/** A channel of all n points as bytes, with what the bytes mean. */
export interface ChannelBytes {
  channel: string
  /** Number, time: 0..254 along `stops`; category: index into `categories`. 255: no value. Length n. */
  bytes: Uint8Array
  /** Values at bytes 0..254 (255 of them), ascending; numbers and times only. Spaced by rank where the spread is heavy-tailed. */
  stops: Float64Array
  /** Most frequent first; the last may be 'other' (value null). Categories only. */
  categories: { value: string | null; accounts: number }[]
  missing: number
}

/** The whole workspace as points, once per layout; row i of every other answer is the same account. */
export interface Places {
  /** Changes when runs or facts do; answers of another version don't fit these places. */
  version: string
  layoutRunId: number
  n: number
  accountId: Uint32Array
  /** Layout coordinates are x = left + X/65535 × width (and y alike). */
  X: Uint16Array
  Y: Uint16Array
  left: number
  top: number
  width: number
  height: number
  /** Community id, 0xffffffff: none. */
  community: Uint32Array
}

/** Who is selected. */
export interface Mask {
  version: string
  /** Bit i & 7 of byte i >> 3: account i of Places. Empty where everybody is. */
  bits: Uint8Array
  accounts: number
  communities: number
  total: number
}

/** How many of the selected have which value: for legends and cross-filters. The channel's own part of the selection is not applied. */
export interface Histogram {
  channel: string
  /** number, time: bins.length + 1 edges; category: none. */
  edges: Float64Array
  categories: (string | null)[]
  selected: Uint32Array
  all: Uint32Array
}

const selection = selectionSchema.default({})
export const exploreMethods = {
  'explore.channels': method(z.object({})).returns<ChannelInfo[]>(),
  'explore.places': method(z.object({})).returns<Places>(),
  'explore.channel': method(z.object({ channel: channelSchema })).returns<
    ChannelBytes & { version: string; info: ChannelInfo }
  >(),
  'explore.mask': method(z.object({ selection })).returns<Mask>(),
  'explore.histogram': method(
    z.object({ channel: channelSchema, selection, bins: z.number().int().min(2).max(200).default(40) }),
  ).returns<Histogram>(),
  /** Single events between two moments, for lanes at zooms where they can be told apart. At most 20,000, evenly thinned. */
  'explore.events': method(
    z.object({ selection, span: spanSchema, limit: z.number().int().max(20_000).default(5000) }),
  ).returns<{
    total: number
    ts: Float64Array
    accountId: Uint32Array
    /** Of the account; 0xffffffff: none. */
    community: Uint32Array
    /** Index into `kinds`, `outcomes`, `contexts`; 255: none stated. */
    kind: Uint8Array
    outcome: Uint8Array
    context: Uint8Array
    kinds: string[]
    outcomes: string[]
    contexts: string[]
  }>(),
}
