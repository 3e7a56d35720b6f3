import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Pace } from '../../../common/pace.ts'
import type { ComputeContext } from '../../context.ts'
import { DERIVED_DIR } from '../../store/open.ts'
import type { FeatureColumn, FeatureTable } from '../types.ts'

/** A table up to this size is held in memory; a larger one is worked on and read column by column from its file. */
export const MEMORY_BYTES = 256 * 2 ** 20
/** Tables kept in derived/, newest first, by number and by bytes. */
const KEPT_TABLES = 12
const KEPT_BYTES = 4 * 2 ** 30
const MAGIC = 'SHOALCOL'
const VERSION = 1
/** Magic, version, length of the directory. */
const END_BYTES = 16

/** What stands in a file beside the columns' values. */
interface Directory {
  readonly key: string
  readonly n: number
  readonly columns: readonly FeatureColumn[]
  /** Columns that are no features but are kept with them (communities), by name; they follow in the file. */
  readonly kept: readonly string[]
  readonly crc: readonly number[]
  /** What the table's maker wants back. */
  readonly about: unknown
}

export interface StoredTable {
  readonly table: FeatureTable
  /** A kept column, whole. */
  kept(name: string): Float32Array
  readonly about: unknown
}

export const tableFileName = (key: string): string => `table-${key}.bin`

const bytesOf = (values: Float32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength)

/**
 * Where columns are put as they are made, and read again by what is made of them. Small tables lie in memory and are
 * written at the end; large ones go to the file at once. Either way the file derived/table-<key>.bin is the same.
 */
export class ColumnStore {
  readonly n: number
  readonly columns: FeatureColumn[] = []
  private readonly ctx: ComputeContext
  private readonly key: string
  private readonly inMemory: boolean
  private readonly part: string
  private file: number | null = null
  private readonly values: Float32Array[] = []
  private readonly keptColumns = new Map<string, Float32Array>()
  private readonly crc: number[] = []

  /** `inMemory`: whether all columns together may be held in memory. */
  constructor(ctx: ComputeContext, key: string, n: number, inMemory: boolean) {
    this.ctx = ctx
    this.key = key
    this.n = n
    this.inMemory = inMemory
    this.part = join(ctx.workspace, DERIVED_DIR, `${tableFileName(key)}.${process.pid}.part`)
  }

  /** Adds a column; its values belong to the store from now on. Returns its number. */
  put(column: FeatureColumn, values: Float32Array): number {
    this.columns.push(column)
    if (this.inMemory) this.values.push(values)
    else this.append(values)
    return this.columns.length - 1
  }

  /** Keeps values that are no feature. */
  keep(name: string, values: Float32Array): void {
    this.keptColumns.set(name, values)
  }

  /** Column k, whole. Not to be written to. */
  read(k: number): Float32Array {
    if (this.inMemory) return this.values[k]
    const out = new Float32Array(this.n)
    readAt(this.file!, bytesOf(out), k * this.n * 4)
    return out
  }

  /** Writes what is not written yet, gives the file its name, and hands the table over. */
  async finish(about: unknown, pace: Pace): Promise<StoredTable> {
    for (const values of this.values) {
      this.append(values)
      await pace.checkpoint()
    }
    for (const values of this.keptColumns.values()) this.append(values)
    const directory: Directory = {
      key: this.key,
      n: this.n,
      columns: this.columns,
      kept: [...this.keptColumns.keys()],
      crc: this.crc,
      about,
    }
    const json = Buffer.from(JSON.stringify(directory))
    const end = Buffer.alloc(END_BYTES)
    end.write(MAGIC, 'latin1')
    end.writeUInt32LE(VERSION, 8)
    end.writeUInt32LE(json.byteLength, 12)
    this.write(json)
    this.write(end)
    closeSync(this.file!)
    this.file = null
    const path = join(this.ctx.workspace, DERIVED_DIR, tableFileName(this.key))
    renameSync(this.part, path)
    sweepTables(this.ctx, tableFileName(this.key))
    if (this.inMemory)
      return {
        table: new MemoryTable(this.n, this.columns, this.key, this.values),
        kept: (name) => this.keptColumns.get(name)!,
        about,
      }
    return (await openStoredTable(this.ctx, this.key, 0, pace))!
  }

  /** Throws away what was written. */
  abandon(): void {
    if (this.file === null) return
    closeSync(this.file)
    this.file = null
    rmSync(this.part, { force: true })
  }

  private append(values: Float32Array): void {
    this.crc.push(crc32(bytesOf(values)))
    this.write(bytesOf(values))
  }

  private write(bytes: Uint8Array): void {
    if (this.file === null) {
      mkdirSync(join(this.ctx.workspace, DERIVED_DIR), { recursive: true })
      this.file = openSync(this.part, 'w+')
    }
    for (let done = 0; done < bytes.byteLength;) done += writeSync(this.file, bytes, done)
  }
}

function readAt(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.byteLength;) {
    const read = readSync(file, bytes, done, bytes.byteLength - done, position + done)
    if (read === 0) throw new RangeError('The file ends too early.')
    done += read
  }
}

/**
 * The table of a key from derived/, in memory where it has at most `mostBytes`; null where there is none or it is not
 * whole (then it is made anew).
 */
export async function openStoredTable(
  ctx: ComputeContext,
  key: string,
  mostBytes: number,
  pace: Pace,
): Promise<StoredTable | null> {
  const path = join(ctx.workspace, DERIVED_DIR, tableFileName(key))
  if (!existsSync(path)) return null
  const file = openSync(path, 'r')
  let open = true
  try {
    const directory = readDirectory(file, key)
    if (directory === null) return null
    const { n, columns, kept, crc } = directory
    const whole = async (k: number): Promise<Float32Array | null> => {
      const values = new Float32Array(n)
      readAt(file, bytesOf(values), k * n * 4)
      await pace.checkpoint()
      return crc32(bytesOf(values)) === crc[k] ? values : null
    }
    const keptColumns = new Map<string, Float32Array>()
    for (const [i, name] of kept.entries()) {
      const values = await whole(columns.length + i)
      if (values === null) return null
      keptColumns.set(name, values)
    }
    touch(path)
    const rest = { kept: (name: string) => keptColumns.get(name)!, about: directory.about }
    if (n * columns.length * 4 > mostBytes) {
      open = false
      return { table: new FileTable(n, columns, key, file), ...rest }
    }
    const values: Float32Array[] = []
    for (let k = 0; k < columns.length; k++) {
      const column = await whole(k)
      if (column === null) return null
      values.push(column)
    }
    return { table: new MemoryTable(n, columns, key, values), ...rest }
  } finally {
    if (open) closeSync(file)
  }
}

function readDirectory(file: number, key: string): Directory | null {
  const { size } = fstatSync(file)
  if (size < END_BYTES) return null
  const end = Buffer.alloc(END_BYTES)
  readAt(file, end, size - END_BYTES)
  if (end.toString('latin1', 0, 8) !== MAGIC || end.readUInt32LE(8) !== VERSION) return null
  const length = end.readUInt32LE(12)
  const start = size - END_BYTES - length
  if (start < 0) return null
  const json = Buffer.alloc(length)
  readAt(file, json, start)
  let directory: Directory
  try {
    directory = JSON.parse(json.toString('utf8')) as Directory
  } catch {
    return null
  }
  const columns = directory.columns.length + directory.kept.length
  return directory.key === key && start === columns * directory.n * 4 ? directory : null
}

/** Marks a table as used now, so that it is kept. */
function touch(path: string): void {
  try {
    const now = new Date()
    utimesSync(path, now, now)
  } catch {
    // A read-only workspace: nothing is swept there either.
  }
}

/** Removes the tables that were not used for longest: any of them can be made again. */
function sweepTables(ctx: ComputeContext, newest: string): void {
  const dir = join(ctx.workspace, DERIVED_DIR)
  const tables = readdirSync(dir)
    .filter((name) => /^table-[0-9a-f]{64}\.bin$/.test(name) && name !== newest)
    .map((name) => ({ name, ...sizeAndTime(join(dir, name)) }))
    .sort((a, b) => b.time - a.time)
  let bytes = sizeAndTime(join(dir, newest)).size
  for (const [i, table] of tables.entries()) {
    bytes += table.size
    if (i + 1 < KEPT_TABLES && bytes <= KEPT_BYTES) continue
    try {
      rmSync(join(dir, table.name), { force: true })
    } catch {
      // Another process reads it (Windows): the next sweep takes it.
    }
  }
}

function sizeAndTime(path: string): { size: number; time: number } {
  try {
    const { size, mtimeMs } = statSync(path)
    return { size, time: mtimeMs }
  } catch {
    return { size: 0, time: 0 }
  }
}

/** A table whose columns lie in memory. */
export class MemoryTable implements FeatureTable {
  readonly n: number
  readonly columns: readonly FeatureColumn[]
  readonly sha256: string
  private readonly values: readonly Float32Array[]

  constructor(n: number, columns: readonly FeatureColumn[], sha256: string, values: readonly Float32Array[]) {
    this.n = n
    this.columns = columns
    this.sha256 = sha256
    this.values = values
  }

  async column(k: number): Promise<Float32Array> {
    return this.values[k]
  }

  async gather(nodes: Uint32Array, out: Float32Array): Promise<void> {
    const width = this.columns.length
    for (let k = 0; k < width; k++) {
      const values = this.values[k]
      for (let i = 0, at = k; i < nodes.length; i++, at += width) out[at] = values[nodes[i]]
    }
  }

  async close(): Promise<void> {}
}

/** A table whose columns lie one behind another in a file, which stays open until `close`. */
class FileTable implements FeatureTable {
  readonly n: number
  readonly columns: readonly FeatureColumn[]
  readonly sha256: string
  private file: number | null

  constructor(n: number, columns: readonly FeatureColumn[], sha256: string, file: number) {
    this.n = n
    this.columns = columns
    this.sha256 = sha256
    this.file = file
  }

  async column(k: number): Promise<Float32Array> {
    const out = new Float32Array(this.n)
    readAt(this.file!, bytesOf(out), k * this.n * 4)
    return out
  }

  async gather(nodes: Uint32Array, out: Float32Array): Promise<void> {
    if (nodes.length === 0) return
    const width = this.columns.length
    let first = nodes[0]
    let last = nodes[0]
    for (const u of nodes) {
      if (u < first) first = u
      if (u > last) last = u
    }
    // One stretch of each column: batches are runs of nodes, and what is trained on is read once.
    const stretch = new Float32Array(last - first + 1)
    for (let k = 0; k < width; k++) {
      readAt(this.file!, bytesOf(stretch), (k * this.n + first) * 4)
      for (let i = 0, at = k; i < nodes.length; i++, at += width) out[at] = stretch[nodes[i] - first]
    }
  }

  async close(): Promise<void> {
    if (this.file === null) return
    closeSync(this.file)
    this.file = null
  }
}
