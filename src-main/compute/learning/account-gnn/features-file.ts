import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ShoalError } from '../../../common/errors.ts'
import type { ComputeContext } from '../../context.ts'
import { DERIVED_DIR } from '../../store/open.ts'
import { FEATURES } from './feature-list.ts'
import type { RawFeatures } from './features.ts'
import type { Typical } from './typical.ts'

const MAGIC = 'SHOALFEA'
const PREFIX_BYTES = 16

const headerSchema = z.object({
  n: z.number().int().min(0),
  features: z.array(z.string()),
  typical: z.object({
    columns: z.array(z.number()),
    values: z.array(z.number().nullable()),
    near: z.array(z.number()),
  }),
})

export interface FeaturesFile {
  readonly raw: RawFeatures
  readonly typical: Typical
}

/** Header and matrix as the bytes of the file: magic, version, header length, JSON padded to 16, float32 rows. */
function encode({ raw, typical }: FeaturesFile): { head: Buffer; body: Buffer } {
  const header = { n: raw.n, features: FEATURES.map((x) => x.name), typical }
  let json = JSON.stringify(header)
  json += ' '.repeat((16 - (Buffer.byteLength(json) % 16)) % 16)
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.write(MAGIC, 'latin1')
  prefix.writeUInt32LE(1, 8)
  prefix.writeUInt32LE(Buffer.byteLength(json), 12)
  const { buffer, byteOffset, byteLength } = raw.values
  return {
    head: Buffer.concat([prefix, Buffer.from(json)]),
    body: Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength),
  }
}

/** The name a features file has by its content. */
export function featuresFileName(content: FeaturesFile): string {
  const { head, body } = encode(content)
  return `features-${createHash('sha256').update(head).update(body).digest('hex')}.bin`
}

/** Writes derived/features-<sha256>.bin (as .part, then renamed) and returns its name. */
export async function writeFeaturesFile(ctx: ComputeContext, content: FeaturesFile): Promise<string> {
  const name = featuresFileName(content)
  const dir = join(ctx.workspace, DERIVED_DIR)
  if (existsSync(join(dir, name))) return name
  await mkdir(dir, { recursive: true })
  const { head, body } = encode(content)
  const part = join(dir, `${name}.${process.pid}.part`)
  await writeFile(part, [head, body])
  await rename(part, join(dir, name))
  return name
}

/** Reads a features file; throws `derived_missing` where it is absent, damaged or of another version. */
export async function readFeaturesFile(ctx: ComputeContext, name: string): Promise<FeaturesFile> {
  const missing = (why: string) =>
    new ShoalError('derived_missing', `${name} ${why}; it can be rebuilt from the facts.`, { file: name })
  let bytes: Buffer
  try {
    bytes = await readFile(join(ctx.workspace, DERIVED_DIR, name))
  } catch {
    throw missing('is not there')
  }
  if (`features-${createHash('sha256').update(bytes).digest('hex')}.bin` !== name) throw missing('is damaged')
  const jsonBytes = bytes.readUInt32LE(12)
  const header = headerSchema.parse(
    JSON.parse(bytes.toString('utf8', PREFIX_BYTES, PREFIX_BYTES + jsonBytes)),
  )
  if (header.features.join() !== FEATURES.map((x) => x.name).join()) throw missing('has other features')
  const body = bytes.subarray(PREFIX_BYTES + jsonBytes)
  // A copy, because a pooled buffer needn't start where float32 may.
  const values = new Float32Array(header.n * FEATURES.length)
  Buffer.from(values.buffer).set(body.subarray(0, values.byteLength))
  return { raw: { n: header.n, values }, typical: header.typical }
}
