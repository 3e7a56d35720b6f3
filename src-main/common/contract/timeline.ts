import { z } from 'zod'
import { method } from './method.ts'
import { pageSchema, selectionSchema, spanSchema, type Provenance } from './selection.ts'

export interface TimelineLane {
  /** 'community:3', 'account:17', 'entity:5', 'context:web', 'country:CN', 'outcome:fail', 'all', 'others'. */
  id: string
  label: string
  counts: Uint32Array
}
export interface AnomalyRow {
  id: number
  series: string
  groupKind: string
  groupKey: string
  from: number
  to: number
  observed: number
  expected: number
  score: number
  q: number | null
}
export interface Timeline {
  from: number
  to: number
  /** Width of a bin, ms; bins start at `from`. */
  binMs: number
  tzOffset: number
  /** Events in view and in the workspace. */
  eventsInView: number
  eventsTotal: number
  logins: Uint32Array
  failed: Uint32Array
  registrations: Uint32Array
  other: Uint32Array
  lanes: TimelineLane[]
  anomalies: AnomalyRow[]
}
export interface ReportRow {
  id: number
  key: string
  accountId: number
  accountKey: string
  reporterKey: string | null
  ts: number | null
  tzOffset: number | null
  lang: string | null
  category: string | null
  text: string
  class: string | null
  confidence: number | null
  provenance: Provenance & { file: string }
}

export const laneKindSchema = z.enum([
  'none',
  'communities',
  'accounts',
  'entities',
  'contexts',
  'countries',
  'outcomes',
])
export type LaneKind = z.infer<typeof laneKindSchema>

export const timelineMethods = {
  'timeline.get': method(
    z.object({
      /** The time part of the selection is not applied: a view never filters itself. */
      selection: selectionSchema.default({}),
      span: spanSchema.optional(),
      bins: z.number().int().min(10).max(2000).default(300),
      /** Bins begin at whole local times of this zone, minutes east of UTC; of the workspace's unless told. */
      tzOffset: z.number().int().min(-1080).max(1080).optional(),
      /**
       * What gets a lane. Which ones are shown depends on the selection and never on the span, so that lanes stay while
       * one zooms; what is left is the lane 'others'. Entities: events on a device or address, else of the accounts
       * linked to it; only for selections of at most 5,000 accounts, or of entities.
       */
      lanes: laneKindSchema.default('communities'),
      /** These lanes first, in this order (ids as answered); the kind fills up to `maxLanes`. */
      laneIds: z.array(z.string().max(300)).max(200).optional(),
      maxLanes: z.number().int().max(200).default(8),
    }),
  ).returns<Timeline>(),
  /** Reports between two moments about the selected accounts, oldest first; the newest `limit` of them. */
  'timeline.reports': method(
    z.object({
      selection: selectionSchema.default({}),
      span: spanSchema,
      limit: z.number().int().min(1).max(5000).default(1000),
    }),
  ).returns<{
    total: number
    id: Uint32Array
    ts: Float64Array
    accountId: Uint32Array
    /** Index into `classes`; 255: not classified. */
    class: Uint8Array
    classes: string[]
  }>(),
  'timeline.anomalies': method(
    pageSchema.extend({
      selection: selectionSchema.default({}),
      sort: z.enum(['score', 'time']).default('score'),
    }),
  ).returns<{ total: number; rows: AnomalyRow[] }>(),
  'reports.list': method(
    pageSchema.extend({
      selection: selectionSchema.default({}),
      /** Full-text query (any language); part of the view, not of the selection, until the user makes it so. */
      query: z.string().default(''),
      class: z.string().optional(),
      sort: z.enum(['time', 'confidence']).default('time'),
      descending: z.boolean().default(true),
    }),
  ).returns<{ total: number; classes: { class: string; count: number }[]; rows: ReportRow[] }>(),
  /** One report, for its own page. */
  'reports.get': method(z.object({ id: z.number().int() })).returns<ReportRow>(),
  /** The spans of a report's text that pushed its class. */
  'reports.explain': method(z.object({ id: z.number().int() })).returns<{
    class: string
    confidence: number
    probabilities: Record<string, number>
    spans: { start: number; end: number; weight: number }[]
  } | null>(),
}
