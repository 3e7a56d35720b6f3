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
  /** That source, while the panel closes: it gets the focus once the panel has let go of it. */
  leaving: number | null
  ask(rows: AskedRows): void
  close(): void
  showSource(id: number): void
  closed(): void
}

/** Where facts are from, for the whole window: one panel, asked for from anywhere. */
export const useProvenance = create<ProvenanceState>()((set) => ({
  asked: null,
  source: null,
  leaving: null,
  ask: (asked) => set({ asked, leaving: null }),
  close: () => set({ asked: null }),
  showSource: (leaving) => set({ asked: null, leaving }),
  closed: () =>
    set(({ leaving, source }) =>
      leaving === null ? {} : { leaving: null, source: { id: leaving, times: (source?.times ?? 0) + 1 } },
    ),
}))
