import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { ShoalError } from '../../common/errors.ts'
import {
  GRAPH_MAGIC,
  GRAPH_PREFIX_BYTES,
  GRAPH_VERSION,
  NEIGHBOUR_BYTES,
  align16,
  directoryBytes,
  parseDirectory,
  planSections,
  sectionAt,
} from '../../common/graph-file.ts'
import type { ComputeContext } from '../context.ts'
import { DERIVED_DIR } from '../store/open.ts'
import type { AccountGraph, Csr } from './types.ts'

type Content = Omit<AccountGraph, 'runId' | 'sha256'>
/** Neighbour records packed at a time (0.75 MB). */
const RECORDS_PER_CHUNK = 65_536

const bytesOf = (column: Uint32Array | Float32Array): Uint8Array =>
  new Uint8Array(column.buffer, column.byteOffset, column.byteLength)

/**
 * Writes the graph as derived/graph-<sha256>.bin (as .part, then renamed) and returns its hash and name. The file
 * holds no run id and no time: the same graph is the same file. Every platform Shoal runs on is little-endian,
 * so columns are written as they lie in memory.
 */
export async function writeGraphFile(
  ctx: ComputeContext,
  graph: Content,
): Promise<{ sha256: string; derived: string }> {
  const dir = join(ctx.workspace, DERIVED_DIR)
  mkdirSync(dir, { recursive: true })
  const part = join(dir, `graph-${process.pid}-${ctx.now()}.bin.part`)
  const hash = createHash('sha256')
  const file = openSync(part, 'w')
  try {
    const put = (bytes: Uint8Array): void => {
      hash.update(bytes)
      for (let done = 0; done < bytes.byteLength;) done += writeSync(file, bytes, done)
    }
    const putPadded = async (bytes: Uint8Array): Promise<void> => {
      for (let at = 0; at < bytes.byteLength; at += 4 << 20) {
        put(bytes.subarray(at, Math.min(at + (4 << 20), bytes.byteLength)))
        await ctx.checkpoint()
      }
      const gap = align16(bytes.byteLength) - bytes.byteLength
      if (gap > 0) put(new Uint8Array(gap))
    }
    const channels = graph.channels.map(({ id, csr }) => ({ id, entries: csr.targets.length }))
    const directory = planSections(graph.combined.n, graph.combined.targets.length, channels)
    const json = new TextEncoder().encode(JSON.stringify(directory))
    const prefix = new Uint8Array(GRAPH_PREFIX_BYTES + json.byteLength)
    const view = new DataView(prefix.buffer)
    for (let i = 0; i < 8; i++) prefix[i] = GRAPH_MAGIC.charCodeAt(i)
    view.setUint32(8, GRAPH_VERSION, true)
    view.setUint32(12, json.byteLength, true)
    prefix.set(json, GRAPH_PREFIX_BYTES)
    await putPadded(prefix)
    await putPadded(bytesOf(graph.accountIds))
    await putPadded(bytesOf(graph.combined.offsets))
    await putNeighbours(ctx, graph, put)
    for (const { csr } of graph.channels) {
      await putPadded(bytesOf(csr.offsets))
      await putPadded(bytesOf(csr.targets))
      await putPadded(bytesOf(csr.weights))
    }
    fsyncSync(file)
    closeSync(file)
  } catch (error) {
    try {
      closeSync(file)
    } catch {
      // Already closed: only the first error matters.
    }
    rmSync(part, { force: true })
    throw error
  }
  const sha256 = hash.digest('hex')
  const derived = `graph-${sha256}.bin`
  renameSync(part, join(dir, derived))
  return { sha256, derived }
}

async function putNeighbours(
  ctx: ComputeContext,
  graph: Content,
  put: (bytes: Uint8Array) => void,
): Promise<void> {
  const { targets, weights } = graph.combined
  const chunk = new Uint8Array(RECORDS_PER_CHUNK * NEIGHBOUR_BYTES)
  const view = new DataView(chunk.buffer)
  for (let from = 0; from < targets.length; from += RECORDS_PER_CHUNK) {
    const to = Math.min(targets.length, from + RECORDS_PER_CHUNK)
    for (let e = from, at = 0; e < to; e++, at += NEIGHBOUR_BYTES) {
      view.setUint32(at, graph.accountIds[targets[e]], true)
      view.setFloat32(at + 4, weights[e], true)
      view.setUint16(at + 8, graph.channelMask[e], true)
    }
    put(chunk.subarray(0, (to - from) * NEIGHBOUR_BYTES))
    await ctx.checkpoint()
  }
  const bytes = targets.length * NEIGHBOUR_BYTES
  if (align16(bytes) > bytes) put(new Uint8Array(align16(bytes) - bytes))
}

/**
 * Reads a graph file back and checks it against the hash in its name. Throws derived_missing where it is gone,
 * cut off or altered.
 */
export async function readGraphFile(
  ctx: ComputeContext,
  derived: string,
): Promise<Content & { sha256: string }> {
  const path = join(ctx.workspace, DERIVED_DIR, derived)
  if (!existsSync(path)) {
    throw new ShoalError('derived_missing', `The stored graph ${derived} is gone. Build it again.`, {
      derived,
    })
  }
  const file = openSync(path, 'r')
  try {
    const hash = createHash('sha256')
    let position = 0
    const fill = (bytes: Uint8Array): void => {
      for (let done = 0; done < bytes.byteLength;) {
        const read = readSync(file, bytes, done, Math.min(bytes.byteLength - done, 4 << 20), position)
        if (read === 0) throw new ShoalError('derived_missing', `The stored graph ${derived} is cut off.`)
        hash.update(bytes.subarray(done, done + read))
        done += read
        position += read
      }
    }
    const toMultipleOf16 = (): void => fill(new Uint8Array(align16(position) - position))
    const prefix = new Uint8Array(GRAPH_PREFIX_BYTES)
    fill(prefix)
    const json = new Uint8Array(directoryBytes(prefix))
    fill(json)
    toMultipleOf16()
    const layout = parseDirectory(json)
    const n = layout.directory.nodes
    const column = async <T extends Uint32Array | Float32Array>(
      name: string,
      make: (length: number) => T,
    ) => {
      const values = make(sectionAt(layout, name).length)
      fill(bytesOf(values))
      toMultipleOf16()
      await ctx.checkpoint()
      return values
    }
    const u32 = (length: number): Uint32Array => new Uint32Array(length)
    const f32 = (length: number): Float32Array => new Float32Array(length)
    const accountIds = await column('accountIds', u32)
    const offsets = await column('combined.offsets', u32)
    const { combined, channelMask } = await readCombined(
      layout.directory.entries,
      accountIds,
      offsets,
      fill,
      ctx,
    )
    toMultipleOf16()
    const channels: { id: string; csr: Csr }[] = []
    for (const [k, id] of layout.directory.channels.entries()) {
      channels.push({
        id,
        csr: {
          n,
          offsets: await column(`channel.${k}.offsets`, u32),
          targets: await column(`channel.${k}.targets`, u32),
          weights: await column(`channel.${k}.weights`, f32),
        },
      })
    }
    const sha256 = hash.digest('hex')
    if (derived !== `graph-${sha256}.bin`) {
      throw new ShoalError('derived_missing', `The stored graph ${derived} was altered. Build it again.`, {
        derived,
        sha256,
      })
    }
    return { sha256, accountIds, combined, channelMask, channels }
  } finally {
    closeSync(file)
  }
}

async function readCombined(
  entries: number,
  accountIds: Uint32Array,
  offsets: Uint32Array,
  fill: (bytes: Uint8Array) => void,
  ctx: ComputeContext,
): Promise<{ combined: Csr; channelMask: Uint16Array }> {
  const n = accountIds.length
  const nodeOf = new Uint32Array(n === 0 ? 0 : accountIds[n - 1] + 1)
  for (let u = 0; u < n; u++) nodeOf[accountIds[u]] = u
  const targets = new Uint32Array(entries)
  const weights = new Float32Array(entries)
  const channelMask = new Uint16Array(entries)
  const chunk = new Uint8Array(RECORDS_PER_CHUNK * NEIGHBOUR_BYTES)
  const view = new DataView(chunk.buffer)
  for (let from = 0; from < entries; from += RECORDS_PER_CHUNK) {
    const to = Math.min(entries, from + RECORDS_PER_CHUNK)
    fill(chunk.subarray(0, (to - from) * NEIGHBOUR_BYTES))
    for (let e = from, at = 0; e < to; e++, at += NEIGHBOUR_BYTES) {
      targets[e] = nodeOf[view.getUint32(at, true)]
      weights[e] = view.getFloat32(at + 4, true)
      channelMask[e] = view.getUint16(at + 8, true)
    }
    await ctx.checkpoint()
  }
  return { combined: { n, offsets, targets, weights }, channelMask }
}

/**
 * The weight of one channel's edge between two accounts, 0 where there is none: a few small reads of the file, by
 * binary search. Throws derived_missing.
 */
export function readChannelWeight(
  ctx: Pick<ComputeContext, 'workspace'>,
  derived: string,
  channel: number,
  a: number,
  b: number,
): number {
  const path = join(ctx.workspace, DERIVED_DIR, derived)
  if (!existsSync(path))
    throw new ShoalError('derived_missing', `The stored graph ${derived} is gone. Build it again.`, {
      derived,
    })
  const file = openSync(path, 'r')
  try {
    const bytesAt = (position: number, length: number): Buffer => {
      const bytes = Buffer.alloc(length)
      if (readSync(file, bytes, 0, length, position) !== length)
        throw new ShoalError('derived_missing', `The stored graph ${derived} is cut off. Build it again.`)
      return bytes
    }
    const json = bytesAt(GRAPH_PREFIX_BYTES, directoryBytes(bytesAt(0, GRAPH_PREFIX_BYTES)))
    const layout = parseDirectory(json)
    /** The place of `wanted` in the ascending column's [low, high), -1 where it is not. */
    const find = (name: string, low: number, high: number, wanted: number): number => {
      const { position } = sectionAt(layout, name)
      while (low < high) {
        const middle = (low + high) >>> 1
        const value = bytesAt(position + middle * 4, 4).readUInt32LE()
        if (value === wanted) return middle
        if (value < wanted) low = middle + 1
        else high = middle
      }
      return -1
    }
    const [u, v] = [a, b].map((account) => find('accountIds', 0, layout.directory.nodes, account))
    if (u < 0 || v < 0) return 0
    const row = bytesAt(sectionAt(layout, `channel.${channel}.offsets`).position + u * 4, 8)
    const at = find(`channel.${channel}.targets`, row.readUInt32LE(0), row.readUInt32LE(4), v)
    return at < 0
      ? 0
      : bytesAt(sectionAt(layout, `channel.${channel}.weights`).position + at * 4, 4).readFloatLE()
  } finally {
    closeSync(file)
  }
}
