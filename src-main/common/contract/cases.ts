import { z } from 'zod'
import type { Job } from './jobs.ts'
import { method } from './method.ts'

export interface CaseRow {
  id: number
  name: string
  summary: string
  createdAt: number
  createdBy: string
  closedAt: number | null
  communities: number
  accounts: number
  reports: number
  notes: number
}
export interface CaseItem {
  id: number
  kind: 'community' | 'account' | 'report'
  runId: number | null
  ref: number
  /** 'C-17', the account's key, the report's key. */
  label: string
  /** Members of a community; 1 otherwise. */
  size: number
  score: number | null
  verdict: string | null
  addedAt: number
  addedBy: string
}
export interface NoteRow {
  id: number
  targetKind: 'case' | 'community' | 'account' | 'report'
  runId: number | null
  target: number
  targetLabel: string
  text: string
  createdAt: number
  createdBy: string
}
export interface CaseDetail extends CaseRow {
  items: CaseItem[]
  noteRows: NoteRow[]
}
export interface PackResult {
  path: string
  files: number
  bytes: number
  manifestSha256: string
}
export interface VerifyProblem {
  /** missing_file | changed_file | extra_file | bad_manifest | bad_bag | bad_journal | source_mismatch ... */
  code: string
  file: string | null
  message: string
}
export interface VerifyResult {
  ok: boolean
  files: number
  problems: VerifyProblem[]
}

const id = z.number().int()
const target = z.object({
  kind: z.enum(['community', 'account', 'report']),
  /** Community id of the newest communities run, account id or report id. */
  ref: id,
})
export const caseMethods = {
  'cases.list': method(z.object({})).returns<CaseRow[]>(),
  'cases.create': method(
    z.object({ name: z.string().trim().min(1).max(200), summary: z.string().default('') }),
  ).returns<CaseDetail>(),
  'cases.get': method(z.object({ id })).returns<CaseDetail>(),
  'cases.update': method(
    z.object({ id, name: z.string().trim().min(1).max(200).optional(), summary: z.string().optional() }),
  ).returns<CaseDetail>(),
  'cases.addItem': method(z.object({ id, item: target })).returns<CaseDetail>(),
  'cases.removeItem': method(z.object({ id, itemId: id })).returns<CaseDetail>(),
  'notes.add': method(
    z.object({
      caseId: id.optional(),
      target: z.object({ kind: z.enum(['case', 'community', 'account', 'report']), ref: id }),
      text: z.string().trim().min(1).max(20_000),
    }),
  ).returns<NoteRow>(),
  'notes.retract': method(z.object({ id })).returns<null>(),
  'tags.set': method(z.object({ target, tags: z.array(z.string().trim().min(1).max(80)) })).returns<
    string[]
  >(),
  'judgements.set': method(
    z.object({
      target: z.object({ kind: z.enum(['community', 'account']), ref: id }),
      /** null retracts. */
      verdict: z.enum(['malicious', 'benign', 'unsure', 'ring']).nullable(),
      reason: z.string().max(5000).default(''),
    }),
  ).returns<null>(),
  /** Writes the evidence pack; the job's result is a PackResult. */
  'evidence.export': method(
    z.object({
      caseId: id,
      /** Folder in which the pack's folder is made. */
      out: z.string().min(1),
      /** Replace account keys by pseudonyms everywhere in the pack. */
      pseudonyms: z.boolean().default(false),
      /** What the case's stories show, drawn on a screen: PNGs in base64. Steps of other stories are left out. */
      pictures: z
        .array(z.object({ stepId: id, png: z.string().max(16 << 20) }))
        .max(300)
        .default([]),
    }),
  ).returns<Job>(),
  'evidence.verify': method(z.object({ path: z.string().min(1) })).returns<VerifyResult>(),
}
