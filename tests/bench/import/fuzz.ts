import { fork, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { fromBuffer, type Entry, type ZipFile } from 'yauzl'
import {
  nastyFiles,
  numbers,
  sampleFiles,
  textSamples,
  type NastyFile,
} from '../../../src-main/compute/ingest/read/fuzz/corpus.ts'
import { zipOf } from '../../../src-main/compute/ingest/read/testing/workbook.ts'
import type { FuzzAnswer } from './fuzz-child.ts'

/**
 * Damaged files of every format through looking and importing, in a process of its own with 256 MB of heap: bits turned over, bytes
 * cut off, pieces of other files, blocks repeated, lengths that are huge; also within .gz, .zip and the parts of a workbook. Each must
 * be refused in words or imported with every row accounted for: no crash, no more than 10 s of processor time, no more than 600 MB.
 * Usage: node tests/bench/import/fuzz.ts [SECONDS] [--seed S] [--keep FOLDER]. Exit code 1 where anything is wrong; the files that
 * did it are in FOLDER.
 */
const LIMIT_CPU_MS = 10_000
/** It hangs. Far more than the limit, since others may be using the machine. */
const HANG_MS = 90_000
const LIMIT_RSS = 600 * 1024 * 1024
/** A child that has done so many files is followed by another, so that memory is one file's doing and not that of thousands. */
const FILES = 400
const option = (name: string) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? undefined : process.argv[at + 1]
}
const seconds = Number(process.argv[2]?.startsWith('--') ? 180 : (process.argv[2] ?? 180))
const seed = Number(option('seed') ?? 1)
const random = numbers(seed)
const below = (n: number) => Math.floor(random() * n)
const pick = <T>(list: readonly T[]): T => list[below(list.length)]!

const dir = mkdtempSync(join(tmpdir(), 'shoal-fuzz-'))
const keep = option('keep') ?? join(tmpdir(), 'shoal-fuzz-found')

/** Larger files, so that damage falls between the pieces that readers take. */
function largeSamples(): NastyFile[] {
  const many = (n: number, row: (i: number) => string) => Array.from({ length: n }, (_, i) => row(i))
  const csv = `账号,时间,"IP, 地址"\n${many(4000, (i) => `u${i % 300},2024-01-${10 + (i % 18)} 10:00,"10.0.${i % 9}.1"`).join('\r\n')}\n`
  const nodes = many(800, (i) => `<node id="n${i}" label="甲${i}"/>`).join('')
  const edges = many(800, (i) => `<edge id="e${i}" source="n${i}" target="n${(i * 7) % 800}"/>`).join('')
  return [
    { name: 'large.csv', bytes: Buffer.from(csv) },
    { name: 'large-utf16.csv', bytes: Buffer.from(`\ufeff${csv}`, 'utf16le') },
    { name: 'large.jsonl', bytes: Buffer.from(many(2000, (i) => JSON.stringify({ id: `u${i}`, at: 1_700_000_000 + i, o: { x: [i, 'é"'] } })).join('\n')) },
    { name: 'large.json', bytes: Buffer.from(JSON.stringify({ data: { users: many(1500, (i) => `u${i}`).map((id, i) => ({ id, n: i / 7 })), edges: many(900, (i) => `${i}`).map((id) => [id, 'x']) } })) },
    { name: 'large.gexf', bytes: Buffer.from(`<gexf><graph><nodes>${nodes}</nodes><edges>${edges}</edges></graph></gexf>`) },
    { name: 'large.graphml', bytes: Buffer.from(`<graphml><graph>${nodes}${edges}</graph></graphml>`) },
    { name: 'large.gml', bytes: Buffer.from(`graph [\n${many(600, (i) => `node [ id ${i} label "甲${i}" ]`).join('\n')}\n${many(600, (i) => `edge [ source ${i} target ${(i * 7) % 600} ]`).join('\n')}\n]`) },
  ] // prettier-ignore
}

const LENGTHS = [0x7fffffff, 0xffffffff, 0x80000000, 0xfffffffe, 0x10000000, 0]
/** One wound; bytes are copied. */
function wound(bytes: Buffer, others: readonly Buffer[]): { bytes: Buffer; how: string } {
  const at = below(bytes.length)
  const damaged = Buffer.from(bytes)
  switch (below(7)) {
    case 0:
      damaged[at]! ^= 1 << below(8)
      return { bytes: damaged, how: `bit at ${at}` }
    case 1:
      damaged[at] = pick([0, 255, 10, 13, 34, 44, 60, 62, 91, 93, 123, 125, 0x80, below(256)])
      return { bytes: damaged, how: `byte at ${at}` }
    case 2:
      return { bytes: damaged.subarray(0, Math.max(1, at)), how: `cut at ${at}` }
    case 3: {
      const other = pick(others)
      const from = below(other.length)
      const piece = other.subarray(from, from + 1 + below(400))
      return {
        bytes: Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + (random() < 0.5 ? piece.length : 0))]),
        how: `${piece.length} bytes of another at ${at}`,
      }
    }
    case 4: {
      const piece = bytes.subarray(at, at + 1 + below(random() < 0.3 ? 20_000 : 200))
      const times = 1 + below(random() < 0.2 ? 3000 : 20)
      const most = Math.max(1, Math.min(times, Math.floor((4 << 20) / piece.length)))
      const repeated = Array.from({ length: most }, () => piece)
      return { bytes: Buffer.concat([bytes.subarray(0, at), ...repeated, bytes.subarray(at)]), how: `${piece.length} bytes at ${at} ${most} times` }
    }
    case 5: {
      const value = pick(LENGTHS)
      const place = Math.max(0, Math.min(at, bytes.length - 4))
      if (bytes.length >= 4) {
        if (random() < 0.8) damaged.writeUInt32LE(value, place)
        else damaged.writeUInt32BE(value, place)
      }
      return { bytes: damaged, how: `length ${value} at ${place}` }
    }
    default: {
      // A length as Thrift and Protocol Buffers write it.
      const varint = Buffer.from([0xff, 0xff, 0xff, 0xff, pick([0x07, 0x0f, 0x7f])])
      varint.copy(damaged, Math.min(at, Math.max(0, damaged.length - 5)))
      return { bytes: damaged, how: `varint at ${at}` }
    }
  } // prettier-ignore
}

function partsOf(zip: Buffer): Promise<Record<string, Buffer>> {
  return new Promise((resolve, reject) => {
    fromBuffer(zip, { lazyEntries: true }, (error, file?: ZipFile) => {
      if (error || !file) return reject(error ?? new Error('no file'))
      const parts: Record<string, Buffer> = {}
      file.on('entry', (entry: Entry) => {
        file.openReadStream(entry, (failed, stream) => {
          if (failed || !stream) return reject(failed ?? new Error('no stream'))
          const chunks: Buffer[] = []
          stream.on('data', (chunk: Buffer) => chunks.push(chunk))
          stream.on('end', () => {
            parts[entry.fileName] = Buffer.concat(chunks)
            file.readEntry()
          })
        })
      })
      file.on('end', () => resolve(parts))
      file.readEntry()
    })
  })
}

interface Case {
  name: string
  bytes: Buffer
  how: string
}
/** A damaged file: of a sample, wounded once to four times; a fifth of them packed, wounded inside or outside. */
async function draw(samples: readonly NastyFile[]): Promise<Case> {
  // By ending first: there are many Parquet files among the samples, and few others.
  const endings = [...new Set(samples.map((s) => s.name.split('.').at(-1)))]
  const ending = pick(endings)
  const sample = pick(samples.filter((s) => s.name.endsWith(`.${ending}`)))
  const others = samples.map((s) => s.bytes)
  let { name, bytes } = sample
  const how: string[] = [name]
  if (name.endsWith('.xlsx') && random() < 0.6) {
    const parts = await partsOf(bytes).catch(() => null)
    const inside = parts && Object.keys(parts).filter((part) => parts[part]!.length > 0)
    if (parts && inside && inside.length > 0) {
      for (let k = below(3); k >= 0; k--) {
        const part = pick(inside)
        const done = wound(parts[part]!, others)
        parts[part] = done.bytes.length > 0 ? done.bytes : Buffer.from(' ')
        how.push(`${part}: ${done.how}`)
      }
      return { name, bytes: await zipOf(parts), how: how.join(', ') }
    }
  }
  const packed = random() < 0.2 ? pick(['.gz', '.zip']) : ''
  const wounds = random() < 0.5 ? 1 : 1 + below(4)
  const hurt = (times: number) => {
    for (let k = 0; k < times && bytes.length > 0; k++) {
      const done = wound(bytes, others)
      bytes = done.bytes
      how.push(done.how)
    }
  }
  if (packed === '' || random() < 0.5) hurt(wounds)
  if (packed === '.gz') {
    bytes = gzipSync(bytes)
    name += '.gz'
  } else if (packed === '.zip') {
    bytes = await zipOf({ [name]: bytes, 'more/notes.csv': 'a,b\n1,2\n' })
    name = `${name.split('.')[0]}.zip`
  }
  if (packed !== '' && how.length === 1) hurt(wounds)
  return { name, bytes, how: `${how.join(', ')}${packed}` }
}

/** A child that is asked one file at a time. */
function start(): {
  ask(path: string): Promise<FuzzAnswer | { died: string }>
  process: ChildProcess
  done: number
} {
  const child = fork(join(import.meta.dirname, 'fuzz-child.ts'), [], {
    execArgv: ['--max-old-space-size=256'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let waiting: ((answer: FuzzAnswer | { died: string }) => void) | null = null
  let said = ''
  child.stderr!.on('data', (data: Buffer) => (said = (said + data.toString()).slice(-600)))
  const ready = new Promise<void>((resolve) => child.once('message', () => resolve()))
  child.on('message', (answer: FuzzAnswer) => waiting?.(answer))
  child.on('close', (code, signal) => waiting?.({ died: `${signal ?? code}: ${said}` }))
  return {
    process: child,
    done: 0,
    async ask(path) {
      await ready
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          resolve({ died: `no answer in ${HANG_MS / 1000} s` })
          child.kill('SIGKILL')
        }, HANG_MS)
        waiting = (answer) => {
          waiting = null
          clearTimeout(timer)
          resolve(answer)
        }
        child.send(path)
      })
    },
  }
}

const samples = [...sampleFiles(), ...textSamples(), ...largeSamples()]
const nasty = await nastyFiles()
const began = performance.now()
const counts = { files: 0, imported: 0, rows: 0, refused: {} as Record<string, number> }
const found: string[] = []
let peak = 0
let slowest = { ms: 0, how: '' }
let child = start()
try {
  for (let n = 0; (performance.now() - began) / 1000 < seconds; n++) {
    const one: Case = n < nasty.length ? { ...nasty[n]!, how: nasty[n]!.name } : await draw(samples)
    const folder = join(dir, String(n))
    mkdirSync(folder)
    const path = join(folder, one.name)
    writeFileSync(path, one.bytes)
    if (child.done++ >= FILES) {
      child.process.kill()
      child = start()
    }
    const answer = await child.ask(path)
    counts.files++
    let wrong: string | null
    if ('died' in answer) {
      wrong = answer.died
      child = start()
    } else {
      wrong = answer.wrong
      peak = Math.max(peak, answer.rss)
      if (answer.cpu > LIMIT_CPU_MS) wrong ??= `${(answer.cpu / 1000).toFixed(1)} s of processor time`
      if (answer.cpu > slowest.ms) slowest = { ms: answer.cpu, how: one.how }
      if (answer.rss > LIMIT_RSS) {
        wrong ??= `${(answer.rss / 2 ** 20).toFixed(0)} MB`
        child.process.kill()
        child = start()
      }
      if (answer.refused === null) counts.imported++
      else counts.refused[answer.refused] = (counts.refused[answer.refused] ?? 0) + 1
      counts.rows += answer.rows
    }
    if (wrong !== null) {
      mkdirSync(keep, { recursive: true })
      const kept = join(keep, `${seed}-${n}-${one.name}`)
      writeFileSync(kept, one.bytes)
      found.push(`${kept} (${one.how}): ${wrong}`)
      console.log(found.at(-1))
    }
    rmSync(folder, { recursive: true })
  }
} finally {
  child.process.kill()
  rmSync(dir, { recursive: true, force: true })
}
console.log(
  `${counts.files.toLocaleString('en-US')} files, seed ${seed}: ${counts.imported.toLocaleString('en-US')} imported (${counts.rows.toLocaleString('en-US')} rows), ` +
    `refused ${JSON.stringify(counts.refused)}; at most ${(peak / 2 ** 20).toFixed(0)} MB and ${(slowest.ms / 1000).toFixed(1)} s (${slowest.how.slice(0, 120)}); ` +
    `${found.length} wrong`,
)
if (found.length > 0) process.exit(1)
