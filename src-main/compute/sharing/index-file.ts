import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SHARING_CAUSES, type SharingCause } from '../../common/contract/sharing.ts'
import type { ComputeContext } from '../context.ts'
import { DERIVED_DIR } from '../store/open.ts'
import { factsHash } from '../store/runs.ts'
import type { Window } from './account-facts.ts'
import { classifySharing } from './classify.ts'
import { RULES_VERSION } from './rules.ts'
import { scanSharing } from './scan.ts'

const MAGIC = 'SHOALSHR'
const HEAD_BYTES = 16
const FACT_TABLES = ['accounts', 'relations', 'links', 'events', 'reports', 'labels']

/** What is known of every entity without asking again, by entity id (length: the largest id + 1). */
export interface SharingIndex {
  /** Distinct accounts that use it in the window. */
  readonly accounts: Uint32Array
  /** Term id of its type; 0: no such entity. */
  readonly type: Uint32Array
  /** Probability of the cause, in 0..1; 0 for what fewer than two use. */
  readonly confidence: Float32Array
  /** What an innocent explanation leaves of its weight, in [0.05, 1]. */
  readonly factor: Float32Array
  /** Position in SHARING_CAUSES; 'unknown' for what fewer than two use. */
  readonly cause: Uint8Array
}

const UNKNOWN = SHARING_CAUSES.indexOf('unknown')
export const causeAt = (index: SharingIndex, entity: number): SharingCause =>
  SHARING_CAUSES[index.cause[entity] ?? UNKNOWN]

/**
 * The index of the facts as they are now, from derived/sharing-<facts>-<rules>.bin where an earlier call has left it,
 * else by one scan (seconds for a million events) whose result is kept. Indexes of earlier facts are removed.
 */
export async function sharingIndex(ctx: ComputeContext, window: Window): Promise<SharingIndex> {
  const facts = factsHash(ctx, FACT_TABLES).slice(0, 24)
  const rules = createHash('sha256')
    .update(JSON.stringify([RULES_VERSION, window]))
    .digest('hex')
    .slice(0, 24)
  const dir = join(ctx.workspace, DERIVED_DIR)
  const name = `sharing-${facts}-${rules}.bin`
  const path = join(dir, name)
  for (;;) {
    const kept = await readIndex(path)
    if (kept !== null) return kept
    const other = building.get(path)
    if (other === undefined) break
    // A page asks several things at once: they wait for the first, and one of them goes on where that is cancelled.
    await Promise.race([other.catch(() => {}), aborted(ctx.signal)])
    await ctx.checkpoint()
  }
  const work = buildIndex(ctx, window).then(async (index) => {
    await mkdir(dir, { recursive: true })
    const part = `${path}.${process.pid}.part`
    await writeFile(part, encode(index))
    await rename(part, path)
    for (const old of await readdir(dir)) {
      if (/^sharing-[0-9a-f]{24}-[0-9a-f]{24}\.bin$/.test(old) && !old.startsWith(`sharing-${facts}`))
        await rm(join(dir, old), { force: true })
    }
    return index
  })
  building.set(path, work)
  try {
    return await work
  } finally {
    building.delete(path)
  }
}

/** Indexes that this process is building now, by path. */
const building = new Map<string, Promise<SharingIndex>>()

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function emptyIndex(top: number): SharingIndex {
  return {
    accounts: new Uint32Array(top + 1),
    type: new Uint32Array(top + 1),
    confidence: new Float32Array(top + 1),
    factor: new Float32Array(top + 1).fill(1),
    cause: new Uint8Array(top + 1).fill(UNKNOWN),
  }
}

async function buildIndex(ctx: ComputeContext, window: Window): Promise<SharingIndex> {
  const top = (ctx.db.prepare('SELECT max(id) FROM entity').pluck().get() as number | null) ?? 0
  const index = emptyIndex(top)
  const { used, typeOf } = await scanSharing(ctx, window, (entity, stats) => {
    const verdict = classifySharing(stats)
    index.accounts[entity] = stats.accounts
    index.confidence[entity] = verdict.confidence
    index.factor[entity] = verdict.factor
    index.cause[entity] = SHARING_CAUSES.indexOf(verdict.cause)
  })
  index.type.set(typeOf.subarray(0, top + 1))
  for (let e = 0; e <= top; e++) if (used[e] === 1 && index.accounts[e] === 0) index.accounts[e] = 1
  return index
}

const COLUMNS = ['accounts', 'type', 'confidence', 'factor', 'cause'] as const

function encode(index: SharingIndex): Buffer[] {
  const head = Buffer.alloc(HEAD_BYTES)
  head.write(MAGIC, 'latin1')
  head.writeUInt32LE(1, 8)
  head.writeUInt32LE(index.accounts.length, 12)
  const body = COLUMNS.map((name) => {
    const { buffer, byteOffset, byteLength } = index[name]
    return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength)
  })
  const sum = createHash('sha256')
  for (const part of [head, ...body]) sum.update(part)
  return [head, ...body, sum.digest()]
}

/** null where the file is absent or damaged: it is made again then. */
async function readIndex(path: string): Promise<SharingIndex | null> {
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch {
    return null
  }
  if (bytes.length < HEAD_BYTES + 32 || bytes.toString('latin1', 0, 8) !== MAGIC) return null
  const length = bytes.readUInt32LE(12)
  if (length === 0 || bytes.length !== HEAD_BYTES + length * 17 + 32) return null
  const sum = createHash('sha256').update(bytes.subarray(0, -32)).digest()
  if (!sum.equals(bytes.subarray(-32))) return null
  const index = emptyIndex(length - 1)
  let at = HEAD_BYTES
  for (const name of COLUMNS) {
    const { buffer, byteLength } = index[name]
    Buffer.from(buffer as ArrayBuffer).set(bytes.subarray(at, at + byteLength))
    at += byteLength
  }
  return index
}
