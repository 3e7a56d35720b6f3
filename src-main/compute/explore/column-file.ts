import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { isCancelled } from '../../common/errors.ts'
import type { Pace } from '../../common/pace.ts'
import { DERIVED_DIR } from '../store/open.ts'

/**
 * derived/explore-<group>-<hash>.bin: columns as they lie in memory (little-endian), read back in one go each. The file is
 * named by what it was made from, written under a temporary name and renamed, so that it is whole or not there.
 *
 *   0  8 bytes  magic 'SHOALCOL'
 *   8  u32      version (1)
 *  12  u32      length of the directory in bytes
 *  16  directory, JSON in UTF-8: {meta, columns: [{name, type, length}]}
 *  ..  the columns, each at the next multiple of 16
 */
const MAGIC = 'SHOALCOL'
const VERSION = 1
const CHUNK = 8 << 20
/** After so long nobody is still writing. */
const ABANDONED_MS = 3_600_000

const TYPES = {
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const
type TypeName = keyof typeof TYPES
export type Column = Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array
export interface ColumnFile<M> {
  meta: M
  columns: Record<string, Column>
}
interface Directory<M> {
  meta: M
  columns: { name: string; type: TypeName; length: number }[]
}

const align = (n: number) => (n + 15) & ~15
const typeOf = (column: Column): TypeName =>
  (Object.keys(TYPES) as TypeName[]).find((name) => column.constructor === TYPES[name])!

/** Writes the columns under `path`; a file of that name is replaced. Throws as the file system does (disk_full). */
export async function writeColumns<M>(path: string, file: ColumnFile<M>, pace: Pace): Promise<void> {
  mkdirSync(dirname(path), { recursive: true })
  const directory: Directory<M> = {
    meta: file.meta,
    columns: Object.entries(file.columns).map(([name, column]) => ({
      name,
      type: typeOf(column),
      length: column.length,
    })),
  }
  const json = new TextEncoder().encode(JSON.stringify(directory))
  const head = new Uint8Array(align(16 + json.length))
  head.set(new TextEncoder().encode(MAGIC))
  new DataView(head.buffer).setUint32(8, VERSION, true)
  new DataView(head.buffer).setUint32(12, json.length, true)
  head.set(json, 16)
  const part = `${path}.${process.pid}.part`
  const out = openSync(part, 'w')
  try {
    const put = async (bytes: Uint8Array) => {
      for (let at = 0; at < bytes.length;) {
        at += writeSync(out, bytes, at, Math.min(CHUNK, bytes.length - at))
        await pace.checkpoint()
      }
    }
    await put(head)
    for (const column of Object.values(file.columns)) {
      await put(new Uint8Array(column.buffer, column.byteOffset, column.byteLength))
      await put(new Uint8Array(align(column.byteLength) - column.byteLength))
    }
    fsyncSync(out)
    closeSync(out)
    renameSync(part, path)
  } catch (error) {
    try {
      closeSync(out)
    } catch {
      // Already closed: the first error is the one that matters.
    }
    rmSync(part, { force: true })
    throw error
  }
}

/**
 * Reads a file back; null where there is none or it isn't whole: then it is made again.
 * @param only which columns, and how many of their first values (Infinity: all); nothing else is read then.
 */
export async function readColumns<M>(
  path: string,
  pace: Pace,
  only?: Readonly<Record<string, number>>,
): Promise<ColumnFile<M> | null> {
  if (!existsSync(path)) return null
  const file = openSync(path, 'r')
  try {
    const size = statSync(path).size
    let position = 0
    const fill = async (bytes: Uint8Array): Promise<boolean> => {
      for (let at = 0; at < bytes.length;) {
        const read = readSync(file, bytes, at, Math.min(CHUNK, bytes.length - at), position)
        if (read === 0) return false
        at += read
        position += read
        await pace.checkpoint()
      }
      return true
    }
    const prefix = new Uint8Array(16)
    if (!(await fill(prefix))) return null
    const view = new DataView(prefix.buffer)
    const jsonBytes = view.getUint32(12, true)
    if (new TextDecoder().decode(prefix.subarray(0, 8)) !== MAGIC) return null
    if (view.getUint32(8, true) !== VERSION || jsonBytes > size) return null
    const json = new Uint8Array(jsonBytes)
    if (!(await fill(json))) return null
    let directory: Directory<M>
    try {
      directory = JSON.parse(new TextDecoder().decode(json)) as Directory<M>
    } catch {
      return null
    }
    const columns: Record<string, Column> = {}
    for (const { name, type, length } of directory.columns) {
      position = align(position)
      const make = TYPES[type]
      const end = position + length * make.BYTES_PER_ELEMENT
      if (end > size) return null
      const wanted = only === undefined ? length : Math.min(length, only[name] ?? -1)
      if (wanted >= 0) {
        const column = new make(wanted)
        if (!(await fill(new Uint8Array(column.buffer)))) return null
        columns[name] = column
      }
      position = end
    }
    return { meta: directory.meta, columns }
  } finally {
    closeSync(file)
  }
}

/**
 * Writes columns for the next time and removes files of the group but the `keep` newest: going back to an earlier design
 * soon finds its columns still there. A full or read-only disk is no reason not to answer: they are made again then.
 */
export async function keepColumns<M>(
  at: { workspace: string; group: string; key: string; keep: number },
  file: ColumnFile<M>,
  pace: Pace,
): Promise<void> {
  const derived = join(at.workspace, DERIVED_DIR)
  try {
    await writeColumns(pathOf(at), file, pace)
    const mine = readdirSync(derived).filter((name) => name.startsWith(`explore-${at.group}-`))
    // What a process that was killed had begun; nobody writes for a whole hour.
    const now = statSync(pathOf(at)).mtimeMs
    for (const name of mine.filter((one) => one.endsWith('.part'))) {
      const path = join(derived, name)
      if (now - statSync(path).mtimeMs > ABANDONED_MS) rmSync(path, { force: true })
    }
    const files = mine
      .filter((name) => name.endsWith('.bin'))
      .map((name) => ({ path: join(derived, name), at: statSync(join(derived, name)).mtimeMs }))
      .sort((a, b) => b.at - a.at)
    for (const { path } of files.slice(at.keep)) rmSync(path, { force: true })
  } catch (error) {
    if (isCancelled(error)) throw error
  }
}

/** The file of a group of columns. */
export const pathOf = (at: { workspace: string; group: string; key: string }): string =>
  join(at.workspace, DERIVED_DIR, `explore-${at.group}-${at.key}.bin`)
