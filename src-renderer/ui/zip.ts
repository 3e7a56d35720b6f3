/** A file for an archive; its name may hold '/' and letters of any script. */
export interface ZipEntry {
  name: string
  data: Uint8Array
}

let table: Uint32Array | null = null

/** CRC-32 as ZIP and PNG use it. */
export function crc32(data: Uint8Array): number {
  if (!table) {
    table = new Uint32Array(256)
    for (let n = 0; n < 256; n++) {
      let c = n
      for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
      table[n] = c
    }
  }
  let crc = 0xffffffff
  for (const byte of data) crc = table[(crc ^ byte) & 255]! ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

/**
 * A ZIP archive of files stored as they are: pictures are compressed already. Names are UTF-8; every file is dated
 * `at` (ms, by the UTC clock, to two seconds). For archives under 4 GB.
 */
export function zip(entries: readonly ZipEntry[], at: number): Uint8Array<ArrayBuffer> {
  const names = entries.map((entry) => new TextEncoder().encode(entry.name))
  const size = entries.reduce((sum, entry, i) => sum + entry.data.length + 2 * names[i]!.length + 30 + 46, 22)
  const out = new Uint8Array(size)
  const view = new DataView(out.buffer)
  const date = new Date(at)
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1)
  const day =
    (Math.max(0, date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate()
  let offset = 0
  const u16 = (value: number) => {
    view.setUint16(offset, value, true)
    offset += 2
  }
  const u32 = (value: number) => {
    view.setUint32(offset, value, true)
    offset += 4
  }
  const bytes = (data: Uint8Array) => {
    out.set(data, offset)
    offset += data.length
  }
  const starts: number[] = []
  const sums = entries.map((entry) => crc32(entry.data))
  /** What the local header and the directory say alike: version 2.0, names in UTF-8, stored. */
  const common = (i: number) => {
    for (const value of [20, 0x0800, 0, time, day]) u16(value)
    u32(sums[i]!)
    u32(entries[i]!.data.length)
    u32(entries[i]!.data.length)
    u16(names[i]!.length)
    u16(0)
  }
  for (const [i, entry] of entries.entries()) {
    starts.push(offset)
    u32(0x04034b50)
    common(i)
    bytes(names[i]!)
    bytes(entry.data)
  }
  const directory = offset
  for (const i of entries.keys()) {
    u32(0x02014b50)
    u16(20)
    common(i)
    for (const value of [0, 0, 0]) u16(value)
    u32(0)
    u32(starts[i]!)
    bytes(names[i]!)
  }
  const end = offset
  u32(0x06054b50)
  for (const value of [0, 0, entries.length, entries.length]) u16(value)
  u32(end - directory)
  u32(directory)
  u16(0)
  return out
}
