import { freePace } from '../../../../common/pace.ts'
import type { ByteSource, ReadOptions, Reader, TableInfo } from '../reader.ts'
import { MAX_FIELDS } from '../row.ts'

/** Bytes in memory as a source, handed out in pieces of `size`. */
export function memorySource(
  content: Buffer | string,
  label = 'test',
  size = 64 * 1024,
): ByteSource & { given: number } {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content)
  const source = {
    label,
    bytes: bytes.length,
    /** Bytes handed out so far: the work that a reader asked for. */
    given: 0,
    async *read() {
      for (let at = 0; at < bytes.length; at += size) {
        const part = Buffer.from(bytes.subarray(at, at + size))
        source.given += part.length
        yield part
      }
    },
    async readAt(offset: number, length: number) {
      const part = Buffer.from(bytes.subarray(offset, offset + length))
      source.given += part.length
      return part
    },
    size: async () => bytes.length,
  }
  return source
}

export type Told = string[] | { problem: string; complaint: string | null; raw: string }

export interface ReadTable {
  info: TableInfo
  columns: string[]
  rows: Told[]
}

/** Reads a file whole: its tables and all their rows as text. */
export async function readAll(
  reader: Reader,
  source: ByteSource,
  options: ReadOptions = {},
  depth: 'head' | 'all' = 'all',
): Promise<ReadTable[]> {
  const pace = freePace()
  const tables: ReadTable[] = []
  for (const info of await reader.tables(source, options, depth, pace)) {
    const rows: Told[] = []
    for await (const batch of reader.rows(source, info, {}, pace)) {
      batch.each((row) => {
        if (row.problem !== null) {
          rows.push({ problem: row.problem, complaint: row.complaint ?? null, raw: row.raw() })
        } else {
          rows.push(Array.from({ length: Math.min(row.count, MAX_FIELDS) }, (_, i) => row.text(i)))
        }
      })
    }
    tables.push({ info, columns: info.columns.map((column) => column.name), rows })
  }
  return tables
}

/** The only table's rows as objects; throws where there are several tables or problems. */
export async function records(
  reader: Reader,
  content: Buffer | string,
  options: ReadOptions = {},
): Promise<Record<string, string>[]> {
  const tables = await readAll(reader, memorySource(content), options)
  if (tables.length !== 1)
    throw new Error(`${tables.length} tables: ${tables.map((t) => t.info.name).join(', ')}`)
  return objects(tables[0])
}

export function objects(table: ReadTable): Record<string, string>[] {
  return table.rows.map((row) => {
    if (!Array.isArray(row)) throw new Error(`${row.problem}: ${row.complaint} in ${row.raw}`)
    return Object.fromEntries(table.columns.map((name, i) => [name, row[i] ?? '']))
  })
}
