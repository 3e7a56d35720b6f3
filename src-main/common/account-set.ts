import { ShoalError } from './errors.ts'

/**
 * How a set of accounts is stored (table account_set): ids ascending, the first as it is and every further one as its
 * difference to the one before, each as LEB128 (7 bits a byte, low bits first, bit 7: more follow). A million accounts
 * of a workspace take about a byte each.
 */
export function encodeIds(ids: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(ids.length * 5)
  let at = 0
  let before = 0
  for (let i = 0; i < ids.length; i++) {
    let left = ids[i]! - before
    if (i > 0 && left <= 0) throw new ShoalError('internal', 'Ids of a set must ascend.')
    before = ids[i]!
    while (left > 127) {
      bytes[at++] = (left & 127) | 128
      left >>>= 7
    }
    bytes[at++] = left
  }
  return bytes.slice(0, at)
}

/** The ids of a stored set, ascending. Throws workspace_damaged where the bytes are no set. */
export function decodeIds(bytes: Uint8Array): Uint32Array {
  let n = 0
  for (let at = 0; at < bytes.length; at++) if (bytes[at]! < 128) n++
  const ids = new Uint32Array(n)
  let before = 0
  let at = 0
  for (let i = 0; i < n; i++) {
    let value = 0
    let factor = 1
    for (;;) {
      const byte = bytes[at++]!
      value += (byte & 127) * factor
      if (byte < 128) break
      factor *= 128
    }
    before += value
    if (before > 0xffffffff || (i > 0 && value === 0)) throw damaged()
    ids[i] = before
  }
  if (at !== bytes.length) throw damaged()
  return ids
}

const damaged = () => new ShoalError('workspace_damaged', 'A stored set of accounts cannot be read.')
