import { StringDecoder } from 'node:string_decoder'
import sax from 'sax'
import type { Pace } from '../../../common/pace.ts'
import { encodingOf } from './encoding.ts'
import { GraphRows, GraphSurvey, type GraphSink } from './graph-tables.ts'
import type { ByteSource, FormatId, ReadOptions, Reader, RowBatch, TableInfo } from './reader.ts'
import { HEAD_BYTES, openText, settle, utf8Chunks } from './text-source.ts'
import { asUnreadable } from './trouble.ts'

/** What reads one format's elements. Names come without their prefixes. */
export interface ElementParser {
  open(name: string, attributes: Record<string, string>): void
  close(name: string): void
  text(text: string): void
}

/** A reader of graphs in XML. `root`: its outermost element. */
export function graphXmlReader(
  format: FormatId,
  endings: readonly string[],
  root: string,
  parser: (sink: GraphSink) => ElementParser,
): Reader {
  const begins = new RegExp(`<(?:[A-Za-z_][\\w.-]*:)?${root}[\\s>]`)
  return {
    format,
    endings,
    sniff: (head) => begins.test(head.toString('latin1')),

    async tables(source, options, depth, pace, onBytes) {
      try {
        const declared = options.encoding ?? (await declaredEncoding(source))
        const text = await openText(source, { ...options, encoding: declared }, depth, pace)
        const found: ReadOptions = { encoding: text.encoding, ...(text.lenient && { lenient: true }) }
        const survey = new GraphSurvey()
        const xml = new XmlText(parser(survey))
        let read = 0
        for await (const { bytes, text: chunk } of utf8Chunks(source, found, pace)) {
          xml.push(chunk)
          onBytes?.(bytes)
          read += bytes
          if (depth === 'head' && read >= HEAD_BYTES && survey.rows > 0) {
            return survey.describe(source, depth, text.notes, found)
          }
        }
        xml.end()
        return survey.describe(source, depth, text.notes, found)
      } catch (error) {
        throw asUnreadable(error, source)
      }
    },

    rows: (source, table, options, pace) =>
      elementRows(source, table, settle(table.found, options), pace, parser),
  }
}

async function* elementRows(
  source: ByteSource,
  table: TableInfo,
  how: ReadOptions,
  pace: Pace,
  parser: (sink: GraphSink) => ElementParser,
): AsyncGenerator<RowBatch> {
  const rows = new GraphRows(table)
  const xml = new XmlText(parser(rows))
  const batch = (bytes: number, work: () => void): RowBatch => ({
    bytes,
    each(onRow) {
      rows.give = onRow
      try {
        work()
      } catch (error) {
        throw asUnreadable(error, source)
      }
    },
  })
  for await (const { bytes, text } of utf8Chunks(source, how, pace)) yield batch(bytes, () => xml.push(text))
  yield batch(0, () => xml.end())
}

/** The encoding that the XML declaration names, where it is not UTF-8 and not told by a byte-order mark. */
async function declaredEncoding(source: ByteSource): Promise<string | undefined> {
  const head = await firstText(source)
  const label = /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1]
  const encoding = label === undefined ? null : encodingOf(label)
  return encoding === null || encoding.startsWith('utf-') ? undefined : encoding
}

/** The first characters, byte for byte. Read from the start: what is packed has to be unpacked to be read in place. */
async function firstText(source: ByteSource): Promise<string> {
  let text = ''
  for await (const chunk of source.read()) {
    text += chunk.toString('latin1', 0, 256)
    if (text.length >= 256) break
  }
  return text
}

const MAX_DEPTH = 500
const MAX_ATTRIBUTES = 10_000

/** XML by the sax library, with limits to what a file can make it hold. Entities of a DOCTYPE are not known to it. */
class XmlText {
  private readonly parser: sax.SAXParser
  private readonly decoder = new StringDecoder('utf8')
  private failure: Error | null = null

  constructor(handler: ElementParser) {
    const parser = sax.parser(true, { strictEntities: true, position: true } as sax.SAXOptions)
    this.parser = parser
    let depth = 0
    let attributes = 0
    const guard = (work: () => void): void => {
      // What a handler throws must not leave the parser in the middle of its work and be lost.
      if (this.failure === null) work()
    }
    parser.onerror = (error) => {
      this.failure ??= error
    }
    parser.onattribute = () => {
      if (++attributes > MAX_ATTRIBUTES)
        this.failure ??= new Error('an element has more than 10,000 attributes')
    }
    parser.onopentag = (tag) =>
      guard(() => {
        attributes = 0
        if (++depth > MAX_DEPTH) this.failure ??= new Error('its elements are nested too deep')
        handler.open(local(tag.name), tag.attributes as Record<string, string>)
      })
    parser.onclosetag = (name) =>
      guard(() => {
        depth--
        handler.close(local(name))
      })
    parser.ontext = parser.oncdata = (text) => guard(() => handler.text(text))
  }

  push(chunk: Buffer): void {
    const text = this.decoder.write(chunk)
    // In pieces, so that a failure stops the work soon.
    for (let at = 0; at < text.length; at += 64 * 1024) {
      this.parser.write(text.slice(at, at + 64 * 1024))
      this.check()
    }
  }

  end(): void {
    this.parser.write(this.decoder.end()).close()
    this.check()
  }

  private check(): void {
    if (this.failure !== null) throw new Error(this.failure.message.replace(/\n/g, ', '))
  }
}

function local(name: string): string {
  const at = name.indexOf(':')
  return at < 0 ? name : name.slice(at + 1)
}
