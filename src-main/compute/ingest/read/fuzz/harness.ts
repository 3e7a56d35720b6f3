import { ShoalError } from '../../../../common/errors.ts'
import { createPace } from '../../../../common/pace.ts'
import type { ByteSource, Reader } from '../reader.ts'

export interface Outcome {
  tables: number
  rows: number
  problems: number
  /** The error that refused the file; null where it was read. */
  refused: ShoalError | null
  /** Bytes that the reader asked for. */
  given: number
}

export interface Limits {
  /** Bytes asked for, in all readings together. */
  bytes: number
  rows: number
  /** Growth of memory in use while the file is read, bytes. */
  memory: number
}

/**
 * Reads a file as import does: all of it for its tables, then every table's rows, and holds the reader to its promises.
 * It ends, within limits of work and of memory, not of time; what it throws is a ShoalError that says the file can't be
 * read; tables have as many rows and problems as they said; rows have cells that can be read as text.
 */
export async function holdToPromises(
  reader: Reader,
  source: ByteSource & { given: number },
  limits: Limits,
): Promise<Outcome> {
  const outcome: Outcome = { tables: 0, rows: 0, problems: 0, refused: null, given: 0 }
  const before = used()
  const check = (): void => {
    if (source.given > limits.bytes) throw new Error(`asked for ${source.given} bytes`)
    if (outcome.rows + outcome.problems > limits.rows) throw new Error(`more than ${limits.rows} rows`)
    const grown = used() - before
    if (grown > limits.memory) throw new Error(`memory grew by ${grown >> 20} MiB`)
  }
  const pace = createPace(new AbortController().signal)
  const watched = {
    ...pace,
    async checkpoint() {
      check()
      await pace.checkpoint()
    },
  }
  try {
    for (const depth of ['head', 'all'] as const) {
      const tables = await reader.tables(source, {}, depth, watched)
      check()
      for (const table of tables) {
        const names = table.columns.map((column) => column.name)
        if (new Set(names).size !== names.length || names.includes('')) {
          throw new Error(`columns are called ${JSON.stringify(names.slice(0, 20))}`)
        }
        if (depth === 'head') continue
        outcome.tables++
        let seen = 0
        for await (const batch of reader.rows(source, table, {}, watched)) {
          batch.each((row) => {
            seen++
            if (row.problem === null) {
              outcome.rows++
              for (let i = 0; i < Math.min(row.count, 8); i++) row.text(i)
            } else {
              outcome.problems++
              row.raw()
            }
            if ((seen & 1023) === 0) check()
          })
        }
        check()
        if (table.rows !== null && table.rows !== seen) {
          throw new Error(`table '${table.name}' said ${table.rows} rows and gave ${seen}`)
        }
      }
    }
  } catch (error) {
    if (!(error instanceof ShoalError) || !['import_unreadable', 'import_encoding'].includes(error.code))
      throw error
    if (!error.message.includes(source.label))
      throw new Error(`no file named: ${error.message}`, { cause: error })
    outcome.refused = error
  }
  outcome.given = source.given
  return outcome
}

function used(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
