import { z } from 'zod'
import { method } from './method.ts'
import { pageSchema, selectionSchema, spanSchema, type Provenance } from './selection.ts'

export interface TimelineLane {
  /** 'community:3', 'account:17', 'all', 'others' */
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

export const timelineMethods = {
  'timeline.get': method(
    z.object({
      /** The time part of the selection is not applied: a view never filters itself. */
      selection: selectionSchema.default({}),
      span: spanSchema.optional(),
      bins: z.number().int().min(10).max(2000).default(300),
      lanes: z.enum(['none', 'communities', 'accounts', 'contexts']).default('communities'),
      maxLanes: z.number().int().max(40).default(8),
    }),
  ).returns<Timeline>(),
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
