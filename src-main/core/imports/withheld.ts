import type { ProblemSamples } from '../../common/contract/problems.ts'
import type { ProvenanceRows } from '../../common/contract/provenance.ts'
import { ShoalError } from '../../common/errors.ts'

/**
 * What windows are not shown while identities are hidden: rows as they were. A mask finds the keys of accounts and things
 * that the workspace knows; a raw row may hold names, numbers and addresses that it does not.
 */
export const WITHHELD: Record<string, (answer: never) => unknown> = {
  'provenance.rows': (answer: ProvenanceRows): ProvenanceRows => ({
    ...answer,
    hidden: true,
    rows: answer.rows.map((row) => ({ ...row, cells: null, text: null })),
  }),
  'problems.samples': (answer: ProblemSamples): ProblemSamples => ({
    ...answer,
    hidden: true,
    rows: answer.rows.map((row) => ({ ...row, cells: null, text: null })),
  }),
  'problems.csv': () => {
    throw new ShoalError(
      'unsupported_here',
      'Names are hidden, and a raw row would show them. Show names to export problem rows.',
    )
  },
}
