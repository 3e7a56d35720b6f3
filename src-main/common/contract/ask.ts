import { z } from 'zod'
import { askSchema } from '../ask/parts.ts'
import { method } from './method.ts'

export interface AskAnswer {
  /** Accounts that match, ascending ids. */
  accounts: Uint32Array
  seconds: number
  /** What was run, as text somebody can check: SQL with its parameters written in. */
  query: string
  /** The first accounts that match, each with what made it match: one entry for each part that holds. */
  samples: {
    accountId: number
    key: string
    because: {
      part: number
      accountId: number | null
      key: string | null
      entityId: number | null
      entity: string | null
      count: number
    }[]
  }[]
  /** A part was cut short (a hub, too many pairs): what was left out, in words. */
  notes: { part: number; code: string; params: Record<string, string | number> }[]
}

/** What a workspace can be asked about: lists for the builder's choices. */
export interface AskVocabulary {
  entityTypes: { type: string; accounts: number }[]
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

export const askMethods = {
  'ask.vocabulary': method(z.object({})).returns<AskVocabulary>(),
  'ask.run': method(
    z.object({ ask: askSchema, samples: z.number().int().max(100).default(20) }),
  ).returns<AskAnswer>(),
}
