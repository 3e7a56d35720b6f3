import type { FoundFile } from '../find/found.ts'
import { formatOf, SNIFF_BYTES } from '../read/formats.ts'
import type { FormatId } from '../read/reader.ts'

/** The first SNIFF_BYTES of a file, unpacked; fewer where it has no more. */
export async function headOf(file: FoundFile): Promise<Buffer> {
  const head: Buffer[] = []
  let bytes = 0
  for await (const chunk of file.read()) {
    head.push(Buffer.from(chunk.subarray(0, SNIFF_BYTES - bytes)))
    bytes += chunk.length
    if (bytes >= SNIFF_BYTES) break
  }
  return Buffer.concat(head)
}

export async function formatOfFile(file: FoundFile): Promise<FormatId> {
  return formatOf(file.name, await headOf(file))
}
