import { createReadStream } from 'node:fs'
import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { VerifyProblem, VerifyResult } from '../../common/contract/cases.ts'
import { ShoalError, toErrorShape } from '../../common/errors.ts'
import { freePace, type Pace } from '../../common/pace.ts'
import { entryHash, GENESIS, type JournalEntry } from '../journal/journal.ts'
import { decodePath } from './bag.ts'
import { createCsvSplitter } from './csv.ts'
import { hashFile } from './provenance.ts'

/** Problems are counted in full, but no more than this many are told. */
const MOST_PROBLEMS = 1000
const MANIFEST = 'manifest-sha256.txt'
const TAGMANIFEST = 'tagmanifest-sha256.txt'

/**
 * Checks an evidence pack with nothing but its folder: the bag (RFC 8493), every file's SHA-256, files that should not
 * be there, the journal's chain, and that every row that a table cites exists in a listed source. Never follows links
 * and never reads outside the folder. Throws not_found, unsupported_here (an archive) or cancelled; everything wrong
 * with the pack itself is in the result.
 */
export async function verifyPack(path: string, pace: Pace = freePace()): Promise<VerifyResult> {
  const stat = await lstat(path).catch(() => null)
  if (!stat) throw new ShoalError('not_found', `There is nothing at ${path}.`)
  if (!stat.isDirectory())
    throw new ShoalError(
      'unsupported_here',
      `${path} is not a folder. Unpack the archive, then verify the folder.`,
    )
  const problems: VerifyProblem[] = []
  const add = (code: string, file: string | null, message: string) => {
    if (problems.length < MOST_PROBLEMS) problems.push({ code, file, message })
  }
  const present = await walk(path, add, pace)
  let checked = 0

  const bagit = await text(path, 'bagit.txt')
  if (bagit === null) add('bad_bag', 'bagit.txt', 'bagit.txt is missing: this is no BagIt bag.')
  else if (!/^BagIt-Version: 1\.0\r?\nTag-File-Character-Encoding: UTF-8\r?\n?$/.test(bagit))
    add('bad_bag', 'bagit.txt', 'bagit.txt does not declare BagIt 1.0 and UTF-8.')

  const total = present.size
  for (const [manifest, isPayload] of [
    [TAGMANIFEST, false],
    [MANIFEST, true],
  ] as const) {
    const listed = await readManifest(path, manifest, isPayload, add)
    if (!listed) continue
    for (const [file, sha256] of listed) {
      if (!present.has(file)) {
        add('missing_file', file, 'The manifest lists this file, but it is not there.')
        continue
      }
      try {
        const found = await hashFile(join(path, ...file.split('/')), pace)
        if (found !== sha256)
          add('changed_file', file, `Its SHA-256 is ${found}, the manifest says ${sha256}.`)
      } catch (error) {
        if (pace.signal.aborted) throw error
        add('unreadable_file', file, toErrorShape(error).message)
      }
      checked++
      pace.progress({ phase: 'verify', done: Math.min(checked, total), total, unit: 'steps' })
    }
    for (const file of present.keys()) {
      if (isPayload ? file.startsWith('data/') : !file.startsWith('data/') && file !== TAGMANIFEST)
        if (!listed.has(file)) add('extra_file', file, `This file is in no manifest; it was added later.`)
    }
  }
  checkOxum(await text(path, 'bag-info.txt'), present, add)
  const head = /^Shoal-Journal-Head: (\d+) ([0-9a-f]{64})\r?$/m.exec((await text(path, 'bag-info.txt')) ?? '')
  if (present.has('data/provenance/journal.jsonl')) await checkJournal(path, head, add, pace)
  else if (head) add('bad_journal', 'data/provenance/journal.jsonl', 'The journal is missing.')
  await checkProvenance(path, present, add, pace)
  return { ok: problems.length === 0, files: checked, problems }
}

type Add = (code: string, file: string | null, message: string) => void

/** Every regular file below the folder with its size, '/' between the parts. Links are named as problems. */
async function walk(root: string, add: Add, pace: Pace): Promise<Map<string, number>> {
  const files = new Map<string, number>()
  const todo = ['']
  for (let dir = todo.pop(); dir !== undefined; dir = todo.pop()) {
    for (const entry of await readdir(join(root, dir), { withFileTypes: true })) {
      const name = dir === '' ? entry.name : `${dir}/${entry.name}`
      if (entry.isDirectory()) todo.push(name)
      else if (entry.isFile()) files.set(name, (await lstat(join(root, name))).size)
      else add('bad_bag', name, 'This is a link or a device, not a file. A pack holds plain files only.')
      await pace.checkpoint()
    }
  }
  return files
}

async function text(root: string, name: string): Promise<string | null> {
  const stat = await lstat(join(root, name)).catch(() => null)
  return stat?.isFile() ? readFile(join(root, name), 'utf8') : null
}

async function readManifest(
  root: string,
  manifest: string,
  isPayload: boolean,
  add: Add,
): Promise<Map<string, string> | null> {
  const stat = await lstat(join(root, manifest)).catch(() => null)
  if (!stat?.isFile()) {
    add('bad_bag', manifest, `${manifest} is missing: nothing can be checked against it.`)
    return null
  }
  const listed = new Map<string, string>()
  const lines = createInterface({ input: createReadStream(join(root, manifest)), crlfDelay: Infinity })
  let n = 0
  for await (const line of lines) {
    n++
    if (line === '') continue
    const match = /^([0-9a-fA-F]{64})[ \t]+\*?(.+)$/.exec(line)
    if (!match) {
      add('bad_manifest', manifest, `Line ${n} is not "checksum  path".`)
      continue
    }
    const file = decodePath(match[2])
    const parts = file.split('/')
    if (
      /^([/~]|[A-Za-z]:)/.test(file) ||
      /[\\\0]/.test(file) ||
      parts.some((p) => p === '' || p === '.' || p === '..')
    ) {
      add('bad_manifest', manifest, `Line ${n} names a path outside the pack: ${file}`)
      continue
    }
    if (isPayload !== file.startsWith('data/')) {
      add('bad_manifest', manifest, `Line ${n} names a file that belongs in the other manifest: ${file}`)
      continue
    }
    if (listed.has(file)) add('bad_manifest', manifest, `Line ${n} lists ${file} a second time.`)
    listed.set(file, match[1].toLowerCase())
  }
  return listed
}

function checkOxum(info: string | null, present: Map<string, number>, add: Add): void {
  const oxum = /^Payload-Oxum: (\d+)\.(\d+)\r?$/m.exec(info ?? '')
  if (!oxum) {
    add('bad_bag', 'bag-info.txt', 'bag-info.txt states no Payload-Oxum.')
    return
  }
  let bytes = 0
  let files = 0
  for (const [file, size] of present) {
    if (!file.startsWith('data/')) continue
    bytes += size
    files++
  }
  if (bytes !== Number(oxum[1]) || files !== Number(oxum[2]))
    add(
      'bad_bag',
      'bag-info.txt',
      `The payload is ${bytes} bytes in ${files} files; Payload-Oxum says ${oxum[1]} in ${oxum[2]}.`,
    )
}

async function checkJournal(root: string, head: RegExpExecArray | null, add: Add, pace: Pace): Promise<void> {
  const file = 'data/provenance/journal.jsonl'
  const lines = createInterface({ input: createReadStream(join(root, file)), crlfDelay: Infinity })
  let seq = 0
  let previous = GENESIS
  for await (const line of lines) {
    seq++
    let entry: Omit<JournalEntry, 'payload'> & { payload: string | null }
    try {
      entry = JSON.parse(line) as typeof entry
    } catch {
      add('bad_journal', file, `Line ${seq} is not JSON.`)
      return
    }
    const { payload } = entry
    const good =
      entry.seq === seq &&
      entry.prev_hash === previous &&
      typeof entry.hash === 'string' &&
      (payload === null ||
        (typeof payload === 'string' &&
          typeof entry.actor === 'string' &&
          typeof entry.action === 'string' &&
          entryHash({ ...entry, payload }) === entry.hash))
    if (!good) {
      add('bad_journal', file, `The chain breaks at entry ${seq}: it does not follow from the one before.`)
      return
    }
    previous = entry.hash
    await pace.checkpoint()
  }
  if (!head || Number(head[1]) !== seq || head[2] !== previous)
    add('bad_journal', file, 'The newest entry is not the one that bag-info.txt names.')
}

/** Every (source_sha256, source_row) in a table must be a row of a file listed in sources.csv. */
async function checkProvenance(
  root: string,
  present: Map<string, number>,
  add: Add,
  pace: Pace,
): Promise<void> {
  const sources = 'data/provenance/sources.csv'
  if (!present.has(sources)) {
    add('source_mismatch', sources, 'The list of sources is missing: no row can be traced to its file.')
    return
  }
  // Rows that were read again are lines of their own: those of a file are the sum.
  const files = new Map<string, { sha256: string; rows: number }>()
  await readCsv(join(root, sources), pace, (record, n) => {
    const sha256 = record['source_sha256'] ?? ''
    const id = record['read_again_of'] || record['source'] || `line ${n}`
    files.set(id, { sha256, rows: (files.get(id)?.rows ?? 0) + Number(record['rows']) })
  })
  const rows = new Map<string, number>()
  for (const { sha256, rows: n } of files.values()) rows.set(sha256, Math.max(rows.get(sha256) ?? 0, n))
  const isRow = (sha256: string, row: number) => {
    const known = rows.get(sha256)
    return known !== undefined && Number.isInteger(row) && row >= 0 && row <= known
  }
  for (const file of [...present.keys()].filter((f) => /^data\/tables\/[^/]+\.csv$/.test(f)).sort()) {
    let bad = 0
    let first = ''
    await readCsv(join(root, file), pace, (record, n) => {
      const sha256 = record['source_sha256']
      if (sha256 === undefined) return
      if (isRow(sha256, Number(record['source_row']))) return
      if (bad++ === 0)
        first = `Row ${n} cites row ${record['source_row']} of a file with SHA-256 ${sha256 || '(none)'}`
    })
    if (bad > 0)
      add(
        'source_mismatch',
        file,
        `${first}, which sources.csv does not have. ${bad} such rows in this table.`,
      )
  }
  if (present.has(RAW_ROWS)) await checkRawRows(root, isRow, add, pace)
}

const RAW_ROWS = 'data/provenance/rows.jsonl'

/** Every row that is given as it was must be a row of a listed file. */
async function checkRawRows(
  root: string,
  isRow: (sha256: string, row: number) => boolean,
  add: Add,
  pace: Pace,
): Promise<void> {
  const lines = createInterface({ input: createReadStream(join(root, RAW_ROWS)), crlfDelay: Infinity })
  let n = 0
  let bad = 0
  let first = ''
  for await (const line of lines) {
    n++
    let row: { source_sha256?: unknown; source_row?: unknown } = {}
    try {
      row = JSON.parse(line) as typeof row
    } catch {
      // Counted below.
    }
    if (!isRow(String(row.source_sha256), Number(row.source_row ?? NaN)) && bad++ === 0)
      first = `Line ${n} is no row of a file that sources.csv lists.`
    if (n % 500 === 0) await pace.checkpoint()
  }
  if (bad > 0) add('source_mismatch', RAW_ROWS, `${first} ${bad} such lines.`)
}

async function readCsv(
  path: string,
  pace: Pace,
  onRecord: (record: Record<string, string>, n: number) => void,
): Promise<void> {
  let header: string[] | null = null
  let n = 0
  const splitter = createCsvSplitter((cells) => {
    if (header) onRecord(Object.fromEntries(header.map((name, i) => [name, cells[i] ?? ''])), ++n)
    else header = cells
  })
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 17 })) {
    splitter.push(chunk as string)
    await pace.checkpoint()
  }
  splitter.end()
}
