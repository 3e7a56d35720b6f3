import { z } from 'zod'
import { askSchema } from '../ask/parts.ts'
import { method } from './method.ts'

export interface AskAnswer {
  /** Accounts that match, ascending ids. */
  accounts: Uint32Array
  seconds: number
  /** What was run, as text somebody can check: SQL with its parameters written in. */
  query: string
  /**
   * Some of the accounts that match, likeliest malicious first, each with what made it match: one entry for each part
   * that holds (a negated part has nothing to show).
   */
  samples: {
    accountId: number
    key: string
    because: {
      part: number
      accountId: number | null
      key: string | null
      entityId: number | null
      entity: string | null
      /** Other accounts (up to 1,000), events or reports that make the part hold. */
      count: number
    }[]
  }[]
  /** What a part left out: 'hub' {entities, cap}: things that more than `cap` accounts use; 'unrun' {what}: a run that is missing. */
  notes: { part: number; code: string; params: Record<string, string | number> }[]
}

/** What a workspace can be asked about: lists for the builder's choices. */
export interface AskVocabulary {
  entityTypes: { type: string; entities: number }[]
  relationTypes: { type: string; relations: number }[]
  eventKinds: string[]
  outcomes: string[]
  contexts: string[]
  countries: string[]
  reportClasses: string[]
  labels: string[]
  attributes: { name: string; kind: 'number' | 'category'; values: string[] }[]
  tags: string[]
}

const runsSchema = z.object({
  communities: z.number().int().optional(),
  scores: z.number().int().optional(),
  report_classes: z.number().int().optional(),
})
/** What core asks of compute: the same with what only core knows. */
export const computeAskMethods = {
  'compute.ask': method(
    z.object({
      workspace: z.string().min(1),
      ask: askSchema,
      samples: z.number().int().min(0),
      /** The runs that are shown. */
      runs: runsSchema,
      /** Minutes east of UTC of the workspace's local day. */
      zoneMinutes: z.number().int(),
    }),
  ).returns<AskAnswer>(),
  'compute.askVocabulary': method(
    z.object({ workspace: z.string().min(1), runs: runsSchema }),
  ).returns<AskVocabulary>(),
}

export const askMethods = {
  'ask.vocabulary': method(z.object({})).returns<AskVocabulary>(),
  'ask.run': method(
    z.object({ ask: askSchema, samples: z.number().int().max(100).default(20) }),
  ).returns<AskAnswer>(),
}
