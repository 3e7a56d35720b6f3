import { readNote, type ReadNote } from '../../../common/mapping/read-notes.ts'
import type { Pace } from '../../../common/pace.ts'
import { ShoalError } from '../../../common/errors.ts'
import {
  ENCODINGS,
  EncodingProbe,
  Transcoder,
  UndecodableBytes,
  encodingOf,
  markOf,
  type Encoding,
} from './encoding.ts'
import type { ByteSource, ReadOptions, RowBatch } from './reader.ts'
import type { Row } from './row.ts'
import { unreadable } from './trouble.ts'

/** What a preview of a text format looks at, in bytes of the file. */
export const HEAD_BYTES = 256 * 1024
/** Buffers in which a file is looked through. */
const LOOK_BYTES = 512 * 1024

/** A text file whose encoding is settled. */
export interface TextFile {
  encoding: Encoding
  /** True where the encoding was concluded from the bytes. */
  guessed: boolean
  /** True where bytes that don't fit become U+FFFD. */
  lenient: boolean
  /** The first HEAD_BYTES as UTF-8, without a byte-order mark. */
  head: Buffer
  /** Whether `head` is all of it. */
  whole: boolean
  notes: ReadNote[]
}

/**
 * Settles a text file's encoding: the one asked for, else found out from the head or, with depth 'all', from every
 * byte, which then all are known to fit. Throws ShoalError import_encoding, import_unreadable (empty), cancelled.
 */
export async function openText(
  source: ByteSource,
  options: ReadOptions,
  depth: 'head' | 'all',
  pace: Pace,
  onBytes: (bytes: number) => void = () => {},
): Promise<TextFile> {
  const asked = options.encoding === undefined ? null : askedFor(source, options.encoding)
  const probe = asked === null ? new EncodingProbe({ western: true }) : null
  const start: Buffer[] = []
  let bytes = 0
  let ended = true
  for await (const chunk of source.readReusing?.(() => LOOK_BYTES) ?? source.read()) {
    if (bytes < HEAD_BYTES) start.push(Buffer.from(chunk.subarray(0, HEAD_BYTES - bytes)))
    if (depth === 'all') probe?.push(chunk)
    bytes += chunk.length
    onBytes(chunk.length)
    await pace.checkpoint()
    if (bytes > HEAD_BYTES && (depth === 'head' || asked !== null)) {
      ended = false
      break
    }
  }
  if (bytes === 0) throw unreadable(source, 'it is empty')
  const head = Buffer.concat(start)
  const whole = ended && bytes <= HEAD_BYTES
  if (asked !== null) {
    const bom = markOf(asked, head)
    const replaced = depth === 'all' ? await countReplaced(source, asked, pace, onBytes) : 0
    const notes = replaced > 0 ? [readNote('replaced_characters', { count: replaced, encoding: asked })] : []
    const text = new Transcoder({ encoding: asked, bom }, { lenient: true }).push(head)
    return {
      encoding: asked,
      guessed: false,
      lenient: depth === 'head' || replaced > 0,
      head: text,
      whole,
      notes,
    }
  }
  // A character may be cut in two where the head ends: up to its last line break, none is.
  if (depth === 'head') probe!.push(whole ? head : head.subarray(0, lineEnd(head)))
  const verdict = probe!.finish()
  if (!('encoding' in verdict)) {
    throw encodingError(
      source,
      `byte ${verdict.position} (0x${verdict.byte.toString(16).padStart(2, '0')}) is not valid UTF-8, and the text ` +
        'looks like no other encoding that Shoal finds out',
      verdict.position,
    )
  }
  if (verdict.encoding !== 'utf-8' && depth === 'all' && !whole) {
    await drain(utf8Chunks(source, { encoding: verdict.encoding }, pace))
  }
  const text = decodeHead(source, head, whole, verdict)
  const notes = verdict.guessed ? [readNote('guessed_encoding', { encoding: verdict.encoding })] : []
  return { encoding: verdict.encoding, guessed: verdict.guessed, lenient: false, head: text, whole, notes }
}

/** A file's content as UTF-8 without a byte-order mark; `bytes` are those of the file. */
export async function* utf8Chunks(
  source: ByteSource,
  how: ReadOptions,
  pace: Pace,
): AsyncGenerator<{ bytes: number; text: Buffer }> {
  const encoding = askedFor(source, how.encoding ?? 'utf-8')
  let transcoder: Transcoder | null = null
  try {
    for await (const chunk of source.read()) {
      if (chunk.length === 0) continue
      transcoder ??= new Transcoder(
        { encoding, bom: markOf(encoding, chunk) },
        { lenient: how.lenient ?? false },
      )
      yield { bytes: chunk.length, text: transcoder.push(chunk) }
      await pace.checkpoint()
    }
    if (transcoder !== null) yield { bytes: 0, text: transcoder.end() }
  } catch (error) {
    if (!(error instanceof UndecodableBytes)) throw error
    throw encodingError(
      source,
      `it looks like ${encoding}, but bytes ${error.from} to ${error.to} don't fit that`,
      error.from,
    )
  }
}

/** A batch of each chunk of a text, cut into records by `into`, which gives them to whom `listen` was told last. */
export async function* textBatches(
  source: ByteSource,
  how: ReadOptions,
  pace: Pace,
  into: { push(text: Buffer): void; end(): void },
  listen: (onRow: (row: Row) => void) => void,
): AsyncGenerator<RowBatch> {
  for await (const { bytes, text } of utf8Chunks(source, how, pace)) {
    yield {
      bytes,
      each(onRow) {
        listen(onRow)
        into.push(text)
      },
    }
  }
  yield {
    bytes: 0,
    each(onRow) {
      listen(onRow)
      into.end()
    },
  }
}

/** What was asked for over what was found out. */
export function settle(found: ReadOptions, options: ReadOptions): ReadOptions {
  const how: ReadOptions = { ...found }
  for (const [key, value] of Object.entries(options)) {
    if (value !== undefined) (how as Record<string, unknown>)[key] = value
  }
  if (options.encoding !== undefined && options.encoding !== found.encoding) how.lenient = true
  return how
}

function askedFor(source: ByteSource, label: string): Encoding {
  const encoding = encodingOf(label)
  if (encoding !== null) return encoding
  throw new ShoalError(
    'import_encoding',
    `${source.label} can't be read as '${label}': Shoal knows no such encoding. It reads ${ENCODINGS.join(', ')}.`,
    { file: source.label, encoding: label },
  )
}

function decodeHead(
  source: ByteSource,
  head: Buffer,
  whole: boolean,
  verdict: { encoding: Encoding; bom: number },
): Buffer {
  const transcoder = new Transcoder(verdict)
  try {
    const text = transcoder.push(head)
    if (whole) return Buffer.concat([text, transcoder.end()])
    return text
  } catch (error) {
    if (!(error instanceof UndecodableBytes)) throw error
    throw encodingError(
      source,
      `it looks like ${verdict.encoding}, but bytes ${error.from} to ${error.to} don't fit that`,
      error.from,
    )
  }
}

async function countReplaced(
  source: ByteSource,
  encoding: Encoding,
  pace: Pace,
  onBytes: (bytes: number) => void,
): Promise<number> {
  const replacement = Buffer.from('\ufffd')
  let count = 0
  for await (const { bytes, text } of utf8Chunks(source, { encoding, lenient: true }, pace)) {
    onBytes(bytes)
    for (let at = text.indexOf(replacement); at >= 0; at = text.indexOf(replacement, at + 3)) count++
  }
  return count
}

async function drain(chunks: AsyncIterable<unknown>): Promise<void> {
  for await (const chunk of chunks) void chunk
}

function lineEnd(head: Buffer): number {
  const at = Math.max(head.lastIndexOf(0x0a), head.lastIndexOf(0x0d))
  // No line break at all: a character has at most four bytes in every encoding that is found out.
  return at < 0 ? Math.max(0, head.length - 4) : at + 1
}

function encodingError(source: ByteSource, why: string, position: number): ShoalError {
  return new ShoalError(
    'import_encoding',
    `${source.label} has an encoding that can't be read: ${why}. Say which encoding it has, or save it as UTF-8.`,
    { file: source.label, position },
  )
}
