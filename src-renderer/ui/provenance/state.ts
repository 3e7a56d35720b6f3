import { create } from 'zustand'
import type { ProvenanceAbout, RowRef } from '../../../src-main/common/contract/provenance.ts'
import type { TableName } from '../../../src-main/common/mapping/roles.ts'

/** Rows that somebody wants to see as they were: these, or all that say something of an account. */
export type AskedRows =
  | {
      refs: readonly RowRef[]
      /** What they are asked for as: its cells are marked. */ to?: TableName | undefined
    }
  | { accountId: number; about: ProvenanceAbout }

interface ProvenanceState {
  asked: AskedRows | null
  /** Source that the import view should show; counted, so that the same one can be asked for again. */
  source: { id: number; times: number } | null
  ask(rows: AskedRows): void
  close(): void
  showSource(id: number): void
}

/** Where facts are from, for the whole window: one panel, asked for from anywhere. */
export const useProvenance = create<ProvenanceState>()((set) => ({
  asked: null,
  source: null,
  ask: (asked) => set({ asked }),
  close: () => set({ asked: null }),
  showSource: (id) => set(({ source }) => ({ asked: null, source: { id, times: (source?.times ?? 0) + 1 } })),
}))
