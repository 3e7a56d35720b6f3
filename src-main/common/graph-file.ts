import { ShoalError } from './errors.ts'

/**
 * derived/graph-<sha256>.bin: an account graph as little-endian columns (docs/graph.md §3). This file knows only
 * where things lie, so that core can answer "who are this account's neighbours" with two small reads.
 *
 *   0  8 bytes   magic 'SHOALGRF'
 *   8  u32       version (1)
 *  12  u32       length of the directory in bytes
 *  16  directory, JSON in UTF-8
 *  ..  zeros up to the next multiple of 16: the data start, from which section offsets count
 *  ..  sections, each at a multiple of 16
 */
export const GRAPH_MAGIC = 'SHOALGRF'
export const GRAPH_VERSION = 1
export const GRAPH_PREFIX_BYTES = 16
/** One neighbour in 'combined.neighbours': account id u32, weight f32, channel mask u16, zero u16. */
export const NEIGHBOUR_BYTES = 12
const MAX_DIRECTORY_BYTES = 1 << 20

export type SectionType = 'u32' | 'f32' | 'neighbour'

export interface GraphSection {
  name: string
  type: SectionType
  /** Bytes from the data start. */
  offset: number
  /** Elements (for neighbours: records). */
  length: number
}

export interface GraphDirectory {
  kind: 'graph'
  nodes: number
  /** Entries of the combined graph: twice its edges. */
  entries: number
  /** Channel ids; bit k of a channel mask is channels[k]. */
  channels: string[]
  sections: GraphSection[]
}

export interface GraphLayout {
  readonly directory: GraphDirectory
  /** Bytes from the start of the file. */
  readonly dataStart: number
  /** Size of the whole file in bytes. */
  readonly fileBytes: number
}

/** What of node:fs/promises' FileHandle is used, so that tests can hand in memory. */
export interface PositionedReader {
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>
}

export interface Neighbour {
  accountId: number
  weight: number
  /** Bit k: channel k of the directory joins the two. */
  channelMask: number
}

export const sectionBytes = (section: Pick<GraphSection, 'type' | 'length'>): number =>
  section.length * (section.type === 'neighbour' ? NEIGHBOUR_BYTES : 4)

export const align16 = (bytes: number): number => Math.ceil(bytes / 16) * 16

/** The sections of a graph in file order with their offsets. */
export function planSections(
  nodes: number,
  entries: number,
  channels: readonly { id: string; entries: number }[],
): GraphDirectory {
  const columns: Omit<GraphSection, 'offset'>[] = [
    { name: 'accountIds', type: 'u32', length: nodes },
    { name: 'combined.offsets', type: 'u32', length: nodes + 1 },
    { name: 'combined.neighbours', type: 'neighbour', length: entries },
  ]
  for (const [k, channel] of channels.entries()) {
    columns.push({ name: `channel.${k}.offsets`, type: 'u32', length: nodes + 1 })
    columns.push({ name: `channel.${k}.targets`, type: 'u32', length: channel.entries })
    columns.push({ name: `channel.${k}.weights`, type: 'f32', length: channel.entries })
  }
  let offset = 0
  const sections = columns.map((column) => {
    const section = { name: column.name, type: column.type, offset, length: column.length }
    offset += align16(sectionBytes(section))
    return section
  })
  return { kind: 'graph', nodes, entries, channels: channels.map((c) => c.id), sections }
}

const damaged = (what: string): ShoalError =>
  new ShoalError('derived_missing', `The stored graph can't be read (${what}). Build it again.`)

/** Reads the prefix: how many bytes the directory has. */
export function directoryBytes(prefix: Uint8Array): number {
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength)
  if (prefix.byteLength < GRAPH_PREFIX_BYTES) throw damaged('it is cut off')
  let magic = ''
  for (let i = 0; i < 8; i++) magic += String.fromCharCode(prefix[i])
  if (magic !== GRAPH_MAGIC) throw damaged('it is no graph file')
  const version = view.getUint32(8, true)
  if (version !== GRAPH_VERSION) throw damaged(`version ${version}, this Shoal reads ${GRAPH_VERSION}`)
  const bytes = view.getUint32(12, true)
  if (bytes === 0 || bytes > MAX_DIRECTORY_BYTES) throw damaged('its directory has an impossible length')
  return bytes
}

/** The layout of a file whose directory's bytes are given. Throws derived_missing where it makes no sense. */
export function parseDirectory(bytes: Uint8Array): GraphLayout {
  let directory: GraphDirectory
  try {
    directory = JSON.parse(new TextDecoder().decode(bytes)) as GraphDirectory
  } catch {
    throw damaged('its directory is no JSON')
  }
  if (directory?.kind !== 'graph' || !Array.isArray(directory.channels))
    throw damaged('its directory is no graph directory')
  const lengthOf = (name: string) =>
    Array.isArray(directory.sections) ? directory.sections.find((s) => s.name === name)?.length : undefined
  const channels = directory.channels.map((id, k) => ({
    id,
    entries: lengthOf(`channel.${k}.targets`) ?? -1,
  }))
  if (![directory.nodes, directory.entries, ...channels.map((c) => c.entries)].every(isCount))
    throw damaged('its directory has impossible sizes')
  // The directory is a function of the sizes; anything else in it would be read from the wrong place.
  const expected = planSections(directory.nodes, directory.entries, channels)
  if (JSON.stringify(expected.sections) !== JSON.stringify(directory.sections))
    throw damaged('its sections are not where they belong')
  const dataStart = align16(GRAPH_PREFIX_BYTES + bytes.byteLength)
  const end = expected.sections[expected.sections.length - 1]
  return { directory: expected, dataStart, fileBytes: dataStart + align16(end.offset + sectionBytes(end)) }
}

const isCount = (value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffffffff

export function sectionAt(
  layout: GraphLayout,
  name: string,
): { position: number; bytes: number; length: number } {
  const section = layout.directory.sections.find((s) => s.name === name)
  if (section === undefined) throw damaged(`it has no ${name}`)
  return {
    position: layout.dataStart + section.offset,
    bytes: sectionBytes(section),
    length: section.length,
  }
}

async function readExactly(file: PositionedReader, bytes: number, position: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(bytes)
  let done = 0
  while (done < bytes) {
    const { bytesRead } = await file.read(buffer, done, bytes - done, position + done)
    if (bytesRead === 0) throw damaged('it is cut off')
    done += bytesRead
  }
  return buffer
}

/** Reads the header; keep the result for as long as the file is open. */
export async function readGraphLayout(file: PositionedReader): Promise<GraphLayout> {
  const bytes = directoryBytes(await readExactly(file, GRAPH_PREFIX_BYTES, 0))
  return parseDirectory(await readExactly(file, bytes, GRAPH_PREFIX_BYTES))
}

/** The node of an account, or -1. One read where ids have no gaps, else a binary search of ~log2(nodes) reads. */
export async function findNode(
  file: PositionedReader,
  accountId: number,
  layout: GraphLayout,
): Promise<number> {
  const ids = sectionAt(layout, 'accountIds')
  const idAt = async (node: number): Promise<number> => {
    const bytes = await readExactly(file, 4, ids.position + node * 4)
    return new DataView(bytes.buffer).getUint32(0, true)
  }
  let low = 0
  let high = layout.directory.nodes - 1
  // Ids ascend from 1, mostly without gaps, and node <= id - 1 always holds.
  let guess = Math.min(accountId - 1, high)
  while (low <= high) {
    if (guess < low) return -1
    const id = await idAt(guess)
    if (id === accountId) return guess
    if (id < accountId) low = guess + 1
    else high = guess - 1
    guess = (low + high) >>> 1
  }
  return -1
}

/**
 * All neighbours of one node, by ascending account id: two positioned reads (its row's bounds, its row), plus two
 * for the header where `layout` isn't given. Throws not_found where there is no such node.
 */
export async function readNeighbours(
  file: PositionedReader,
  node: number,
  layout?: GraphLayout,
): Promise<Neighbour[]> {
  const where = layout ?? (await readGraphLayout(file))
  if (!Number.isInteger(node) || node < 0 || node >= where.directory.nodes)
    throw new ShoalError('not_found', `The graph has no node ${node}.`)
  const bounds = await readExactly(file, 8, sectionAt(where, 'combined.offsets').position + node * 4)
  const boundsView = new DataView(bounds.buffer)
  const from = boundsView.getUint32(0, true)
  const to = boundsView.getUint32(4, true)
  if (to < from || to > where.directory.entries) throw damaged('its rows overlap')
  const row = await readExactly(
    file,
    (to - from) * NEIGHBOUR_BYTES,
    sectionAt(where, 'combined.neighbours').position + from * NEIGHBOUR_BYTES,
  )
  const view = new DataView(row.buffer)
  const neighbours: Neighbour[] = []
  for (let at = 0; at < row.byteLength; at += NEIGHBOUR_BYTES) {
    neighbours.push({
      accountId: view.getUint32(at, true),
      weight: view.getFloat32(at + 4, true),
      channelMask: view.getUint16(at + 8, true),
    })
  }
  return neighbours
}
