import type { Database } from 'better-sqlite3'
import { existsSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { ShoalError } from '../../common/errors.ts'
import { NEIGHBOUR_BYTES, readGraphLayout, sectionAt, type GraphLayout } from '../../common/graph-file.ts'
import { DERIVED_DIR } from '../db/open.ts'
import { newestRuns } from '../workspace/queries.ts'

/** One account's row of the graph, as parallel columns. */
export interface GraphRow {
  /** Account ids, ascending. */
  accountId: Uint32Array
  weight: Float32Array
  /** Bit k: channel k joins the two. */
  channels: Uint16Array
}

/** Rows of up to this many bytes are read in one go and kept; larger graphs are read row by row. */
const WHOLE_BYTES = 192 << 20

/** The newest graph's derived file, read where it is needed. */
export class GraphReader {
  readonly runId: number
  readonly channels: readonly string[]
  readonly accountIds: Uint32Array
  readonly #offsets: Uint32Array
  readonly #file: FileHandle
  readonly #rowsAt: number
  readonly #whole: DataView | null

  private constructor(
    runId: number,
    layout: GraphLayout,
    file: FileHandle,
    accountIds: Uint32Array,
    offsets: Uint32Array,
    whole: DataView | null,
  ) {
    this.runId = runId
    this.channels = layout.directory.channels
    this.accountIds = accountIds
    this.#offsets = offsets
    this.#file = file
    this.#rowsAt = sectionAt(layout, 'combined.neighbours').position
    this.#whole = whole
  }

  static async open(runId: number, path: string): Promise<GraphReader> {
    const file = await open(path, 'r')
    try {
      const layout = await readGraphLayout(file)
      const section = async (name: string) => {
        const at = sectionAt(layout, name)
        const bytes = new Uint8Array(at.bytes)
        await file.read(bytes, 0, at.bytes, at.position)
        return bytes
      }
      const words = async (name: string) => new Uint32Array((await section(name)).buffer)
      const rows = sectionAt(layout, 'combined.neighbours')
      const whole =
        rows.bytes <= WHOLE_BYTES ? new DataView((await section('combined.neighbours')).buffer) : null
      return new GraphReader(
        runId,
        layout,
        file,
        await words('accountIds'),
        await words('combined.offsets'),
        whole,
      )
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** The node of an account, or -1. */
  nodeOf(accountId: number): number {
    let low = 0
    let high = this.accountIds.length - 1
    while (low <= high) {
      const middle = (low + high) >>> 1
      const id = this.accountIds[middle]!
      if (id === accountId) return middle
      if (id < accountId) low = middle + 1
      else high = middle - 1
    }
    return -1
  }

  degree(node: number): number {
    return this.#offsets[node + 1]! - this.#offsets[node]!
  }

  async row(node: number): Promise<GraphRow> {
    const from = this.#offsets[node]!
    const count = this.degree(node)
    let view = this.#whole
    let at = from * NEIGHBOUR_BYTES
    if (!view) {
      const bytes = new Uint8Array(count * NEIGHBOUR_BYTES)
      await this.#file.read(bytes, 0, bytes.length, this.#rowsAt + at)
      view = new DataView(bytes.buffer)
      at = 0
    }
    const row: GraphRow = {
      accountId: new Uint32Array(count),
      weight: new Float32Array(count),
      channels: new Uint16Array(count),
    }
    for (let k = 0; k < count; k++, at += NEIGHBOUR_BYTES) {
      row.accountId[k] = view.getUint32(at, true)
      row.weight[k] = view.getFloat32(at + 4, true)
      row.channels[k] = view.getUint16(at + 8, true)
    }
    return row
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

const readers = new WeakMap<Database, { runId: number; reader: Promise<GraphReader> }>()

/** The newest graph run's reader; opened once. Throws run_missing or derived_missing. */
export function graphReader(db: Database, workspace: string): Promise<GraphReader> {
  const runId = newestRuns(db).graph
  if (runId === undefined)
    throw new ShoalError('run_missing', 'There is no graph yet. Run the analysis first.')
  const kept = readers.get(db)
  if (kept?.runId === runId) return kept.reader
  void kept?.reader.then((old) => old.close()).catch(() => {})
  const name = db.prepare('SELECT derived FROM run WHERE id = ?').pluck().get(runId) as string | null
  const path = name && join(workspace, DERIVED_DIR, name)
  if (!path || !existsSync(path)) {
    throw new ShoalError('derived_missing', 'The stored graph is gone from derived/. Run the analysis again.')
  }
  const reader = GraphReader.open(runId, path)
  readers.set(db, { runId, reader })
  reader.catch(() => readers.delete(db))
  return reader
}

/** Lets go of the file; call before the database is closed. */
export async function closeGraphReader(db: Database): Promise<void> {
  const kept = readers.get(db)
  readers.delete(db)
  await kept?.reader.then((reader) => reader.close()).catch(() => {})
}
