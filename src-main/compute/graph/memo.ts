import type { Memo } from './gather.ts'

/** What is remembered at most over all workspaces. */
const MOST_BYTES = 512 * 2 ** 20
/** Nobody has asked for so long: an analyst has stopped designing. */
const IDLE_MS = 5 * 60_000

interface Remembered {
  workspace: string
  version: string
  value: Promise<unknown>
  bytes: number
}

/** By workspace and key, least recently used first: a map keeps the order of insertion. */
const remembered = new Map<string, Remembered>()
let idle: NodeJS.Timeout | undefined

/**
 * What was made of a workspace's facts, for as long as they are those that `version` names. Kept in this process, up to
 * 512 MB and until nobody has asked for five minutes. What fails is not kept.
 */
export function memoFor(workspace: string, version: string): Memo {
  for (const [key, entry] of remembered)
    if (entry.workspace === workspace && entry.version !== version) remembered.delete(key)
  clearTimeout(idle)
  idle = setTimeout(() => remembered.clear(), IDLE_MS)
  idle.unref()
  return async <T>(key: string, make: () => Promise<T>): Promise<T> => {
    const id = `${workspace}\n${key}`
    const known = remembered.get(id)
    if (known !== undefined && known.version === version) {
      remembered.delete(id)
      remembered.set(id, known)
      return known.value as Promise<T>
    }
    // Not shared while it is being made: whoever makes it may be cancelled.
    const value = await make()
    const bytes = bytesIn(value)
    remembered.delete(id)
    if (bytes <= MOST_BYTES) remembered.set(id, { workspace, version, value: Promise.resolve(value), bytes })
    let total = 0
    for (const entry of remembered.values()) total += entry.bytes
    for (const [oldest, entry] of remembered) {
      if (total <= MOST_BYTES) break
      remembered.delete(oldest)
      total -= entry.bytes
    }
    return value
  }
}

/** Bytes of the typed arrays in a value, each buffer once. */
function bytesIn(value: unknown, seen = new Set<ArrayBufferLike>()): number {
  if (value === null || typeof value !== 'object') return 0
  if (ArrayBuffer.isView(value)) {
    if (seen.has(value.buffer)) return 0
    seen.add(value.buffer)
    return value.buffer.byteLength
  }
  const parts = value instanceof Map ? value.values() : Object.values(value)
  let bytes = 0
  for (const part of parts) bytes += bytesIn(part, seen)
  return bytes
}
