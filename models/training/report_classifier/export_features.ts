/**
 * Hashes texts for training with the code that the app runs.
 *   node export_features.ts TEXTS.jsonl OUT     one JSON string a line -> OUT.indptr (int64), OUT.ids (int32),
 *                                               OUT.values (float32), OUT.json (hashing parameters)
 */
import { createReadStream, createWriteStream, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { HASHING, HASHING_VERSION, TextHasher } from '../../../src-main/compute/text/hashing.ts'

const [input, out] = process.argv.slice(2)
if (!input || !out) throw new Error('usage: export_features.ts TEXTS.jsonl OUT')
const bits = Number(process.env['SHOAL_HASH_BITS'] ?? HASHING.bits)
const maxN = Number(process.env['SHOAL_HASH_MAXN'] ?? HASHING.maxN)
const params = { ...HASHING, bits, maxN }
const hasher = new TextHasher(params)
const ids = createWriteStream(`${out}.ids`)
const values = createWriteStream(`${out}.values`)
const indptr = [0n]
let total = 0
let rows = 0
for await (const line of createInterface({ input: createReadStream(input, 'utf8'), crlfDelay: Infinity })) {
  const vector = hasher.vector(JSON.parse(line) as string)
  total += vector.ids.length
  rows++
  indptr.push(BigInt(total))
  const bytes = (a: Int32Array | Float32Array) => Buffer.from(a.buffer, a.byteOffset, a.byteLength)
  if (!ids.write(bytes(vector.ids))) await once(ids, 'drain')
  if (!values.write(bytes(vector.values))) await once(values, 'drain')
}
for (const stream of [ids, values]) {
  stream.end()
  await once(stream, 'finish')
}
writeFileSync(`${out}.indptr`, Buffer.from(BigInt64Array.from(indptr).buffer))
writeFileSync(`${out}.json`, JSON.stringify({ rows, entries: total, version: HASHING_VERSION, ...params }))
