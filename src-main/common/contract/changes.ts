import { z } from 'zod'
import type { TableName } from '../mapping/roles.ts'
import { method } from './method.ts'
import type { LineageKind, LineageLink } from './communities.ts'
import { pageSchema } from './selection.ts'

/**
 * What an import changed for an account, beside an earlier import:
 * - new: nothing of it was known at the earlier import,
 * - gone: the earlier export listed it, this one does not,
 * - changed, unchanged: both list it, and what they say differs or not,
 * - described: this export lists it; before it was only mentioned, or listed by other imports.
 */
export const ACCOUNT_CHANGES = ['new', 'gone', 'changed', 'described', 'unchanged'] as const
export type AccountChange = (typeof ACCOUNT_CHANGES)[number]

/** One import as it can be compared. */
export interface ImportRef {
  /** The job that read it, 0 where none did. */
  job: number
  /** ms UTC. */
  at: number
  /** Names of its files, in the order they were read. */
  files: string[]
  tables: TableName[]
  /** Whether it lists accounts, so that it can be told who is gone. */
  lists: boolean
}

export interface ComparableImport extends ImportRef {
  /** The import that it is compared with unless somebody chooses; null: nothing earlier is like it. */
  earlier: number | null
}

/** A field of an account's record that differs; null: empty. `values`: before, after. Times are ISO, UTC. */
export interface FieldChange {
  /** 'registered_at', or the column's name. */
  name: string
  values: [before: string | null, after: string | null]
}

export interface FactChanges {
  table: TableName
  /** Facts that it stored. */
  new: number
  /** Rows that an earlier import had brought word for word; nothing was stored again. */
  known: number
  /** Facts of earlier imports that it states anew; they stay and no longer count. */
  superseded: number
}

export interface ImportChanges {
  import: ImportRef
  /** What it is compared with; null: there is nothing earlier that is like it. */
  earlier: ImportRef | null
  /** Every earlier import, newest first. */
  others: ImportRef[]
  /** Accounts by what changed; null: cannot be told, because one of the two lists no accounts. */
  accounts: Record<AccountChange, number | null>
  /** Fields that differ, most frequent first, and in how many accounts. */
  fields: { name: string; accounts: number }[]
  /** Columns that only one of the two has: they are not compared. */
  columns: { added: string[]; dropped: string[] }
  facts: FactChanges[]
  communities: CommunityChanges
}

/** What became of the communities that were shown before. */
export interface CommunityChanges {
  /**
   * before: no analysis was made before this import; after: none since; unlike: both were, by different detectors or settings,
   * so that comparing them would tell of those; ready.
   */
  state: 'before' | 'after' | 'unlike' | 'ready'
  runId: number | null
  /** When the earlier communities were made, ms UTC. */
  earlierAt: number | null
  counts: Record<LineageKind, number> | null
  /** Whether the later communities are those on screen, so that their pages can be opened. */
  shown: boolean
}

/** A link between an earlier and a later community, with whom of the later one's members the import changed. */
export interface CommunityChange extends LineageLink {
  new: number
  changed: number
  gone: number
}

export interface ChangedAccount {
  id: number
  key: string
  registeredAt: number | null
  /** Of 'changed' ones. */
  fields: FieldChange[]
}

/** Where an account stands in the newest export that lists accounts. */
export interface AccountStanding {
  kind: AccountChange
  job: number
  at: number
  /** When the export was read in which it was last listed before; null: in none. */
  earlierAt: number | null
  fields: FieldChange[]
}

const which = {
  job: z.number().int(),
  /** The import to compare with; absent: the newest earlier one that is like it. */
  earlier: z.number().int().optional(),
}
const filter = {
  kind: z.enum(ACCOUNT_CHANGES),
  /** Part of the key, in any case. */
  query: z.string().max(200).default(''),
  /** Of changed ones: those in which this field differs. */
  field: z.string().optional(),
}
export const changedFilter = z.object({ ...which, ...filter })

export const changeMethods = {
  /** Imports, newest first, each with what it is compared with. */
  'changes.imports': method(z.object({})).returns<ComparableImport[]>(),
  /** What an import changed. Throws not_found. */
  'changes.get': method(z.object(which)).returns<ImportChanges>(),
  'changes.accounts': method(z.object({ ...which, ...filter, ...pageSchema.shape })).returns<{
    total: number
    rows: ChangedAccount[]
  }>(),
  /** Lineage of the communities; 'same' ones only where asked for. */
  'changes.communities': method(
    z.object({ ...which, kind: z.string().optional(), ...pageSchema.shape }),
  ).returns<{ total: number; rows: CommunityChange[] }>(),
  /** Null where no import lists accounts, or only one does. */
  'changes.account': method(z.object({ id: z.number().int() })).returns<AccountStanding | null>(),
  /** Members of a shown community whom the newest comparable import changed; null: there is none. */
  'changes.community': method(z.object({ id: z.number().int() })).returns<{
    job: number
    at: number
    new: number
    changed: number
    gone: number
  } | null>(),
}

const workspace = z.string().min(1)
export const computeChangeMethods = {
  'compute.changes': method(z.object({ workspace, ...which })).returns<Omit<ImportChanges, 'communities'>>(),
  'compute.changedAccounts': method(
    z.object({ workspace, ...which, ...filter, ...pageSchema.shape }),
  ).returns<{ total: number; rows: ChangedAccount[] }>(),
  'compute.changedIds': method(z.object({ workspace, ...which, ...filter })).returns<{ ids: Uint32Array }>(),
  /** By community of a run: members who are new, changed, gone. */
  'compute.changedByCommunity': method(
    z.object({ workspace, ...which, communitiesRunId: z.number().int() }),
  ).returns<{ new: Uint32Array; changed: Uint32Array; gone: Uint32Array }>(),
}
