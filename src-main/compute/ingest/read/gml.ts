import { StringDecoder } from 'node:string_decoder'
import type { Pace } from '../../../common/pace.ts'
import { GraphRecord, GraphRows, GraphSurvey, type GraphSink } from './graph-tables.ts'
import type { ByteSource, ReadOptions, Reader, RowBatch, TableInfo } from './reader.ts'
import { HEAD_BYTES, openText, settle, utf8Chunks } from './text-source.ts'
import { asUnreadable } from './trouble.ts'
import { decodeXml } from './xml-bytes.ts'

/**
 * GML, the Graph Modelling Language. Nodes and edges of the graph with all their keys: nested ones are columns `a.b`, a
 * key that stands several times is a JSON list.
 */
export const gmlReader: Reader = {
  format: 'gml',
  endings: ['gml'],
  sniff: (head) => {
    const text = head.toString('latin1', 0, 4096).replace(/^\u00ef\u00bb\u00bf/, '')
    return /^(?:\s*#[^\n]*\n|\s*(?:Creator|Version|comment|label)\s+(?:"[^"]*"|\S+)[ \t]*\r?\n)*\s*graph\s*\[/i.test(
      text,
    )
  },

  async tables(source, options, depth, pace, onBytes) {
    try {
      const text = await openText(source, options, depth, pace)
      const found: ReadOptions = { encoding: text.encoding, ...(text.lenient && { lenient: true }) }
      const survey = new GraphSurvey()
      const parser = new GmlParser(survey)
      let read = 0
      for await (const { bytes, text: chunk } of utf8Chunks(source, found, pace)) {
        parser.push(chunk)
        onBytes?.(bytes)
        read += bytes
        if (depth === 'head' && read >= HEAD_BYTES && survey.rows > 0) {
          return survey.describe(source, depth, text.notes, found)
        }
      }
      parser.end()
      return survey.describe(source, depth, text.notes, found)
    } catch (error) {
      throw asUnreadable(error, source)
    }
  },

  rows: (source, table, options, pace) => gmlRows(source, table, settle(table.found, options), pace),
}

async function* gmlRows(
  source: ByteSource,
  table: TableInfo,
  how: ReadOptions,
  pace: Pace,
): AsyncGenerator<RowBatch> {
  const rows = new GraphRows(table)
  const parser = new GmlParser(rows)
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
  for await (const { bytes, text } of utf8Chunks(source, how, pace))
    yield batch(bytes, () => parser.push(text))
  yield batch(0, () => parser.end())
}

const MAX_DEPTH = 100
/** Longest text, characters: what has come of one is looked at again with every chunk. */
const MAX_TEXT = 4 * 1024 * 1024
/** What networkx writes before a list of one. */
const LIST_MARK = '_networkx_list_start'

class GmlParser {
  private readonly sink: GraphSink
  private readonly decoder = new StringDecoder('utf8')
  private rest = ''
  private line = 1
  /** Keys of the lists that are open. */
  private readonly path: string[] = []
  private key: string | null = null
  private record: GraphRecord | null = null
  private lists = new Map<string, string[]>()
  /** How deep the open record lies. */
  private depth = 0
  private directed: string | null = null

  constructor(sink: GraphSink) {
    this.sink = sink
    sink.column('nodes', 'id', 'id', null)
    for (const name of ['source', 'target', 'directed'])
      sink.column('edges', name, name, name === 'directed' ? 'boolean' : null)
  }

  push(chunk: Buffer): void {
    this.scan(this.rest + this.decoder.write(chunk), false)
    if (this.rest.length > MAX_TEXT) throw new Error(`a text that does not end, from line ${this.line}`)
  }

  end(): void {
    this.scan(this.rest + this.decoder.end(), true)
    if (this.path.length > 0)
      throw new Error(`it ends in the middle of '${this.path.join('.')}', at line ${this.line}`)
    if (this.key !== null) throw new Error(`key '${this.key}' has no value, at line ${this.line}`)
  }

  private scan(text: string, last: boolean): void {
    let at = 0
    for (;;) {
      TOKEN.lastIndex = at
      const found = TOKEN.exec(text)
      if (found === null) {
        // White space at the end, or a token that goes on in the next chunk.
        SPACE.lastIndex = at
        const end = at + (SPACE.exec(text)?.[0].length ?? 0)
        if (end < text.length && (last || !/["#]/.test(text[end]))) {
          throw new Error(`'${text.slice(end, end + 20)}' at line ${this.line + lines(text, at, end)}`)
        }
        at = end === text.length ? end : at
        break
      }
      const to = TOKEN.lastIndex
      // A word or comment that touches the end may go on.
      const whole = found[1] !== undefined || found[2] !== undefined || found[0].endsWith('\n')
      if (to === text.length && !last && !whole) break
      this.line += lines(text, at, to)
      at = to
      this.token(found)
    }
    this.rest = text.slice(at)
  }

  private token(found: RegExpExecArray): void {
    const [, mark, quoted, word] = found
    if (mark === '[') {
      if (this.key === null) throw new Error(`'[' without a key at line ${this.line}`)
      this.openList(this.key)
      this.key = null
    } else if (mark === ']') {
      if (this.key !== null) throw new Error(`key '${this.key}' has no value, at line ${this.line}`)
      if (this.path.length === 0) throw new Error(`']' too many at line ${this.line}`)
      this.closeList()
    } else if (quoted !== undefined || word !== undefined) {
      if (this.key === null) {
        if (word === undefined || !/^[A-Za-z_]/.test(word)) {
          throw new Error(`a key is missing before '${(quoted ?? word).slice(0, 20)}' at line ${this.line}`)
        }
        this.key = word
      } else {
        this.value(this.key, quoted === undefined ? word : decodeXml(quoted))
        this.key = null
      }
    }
  }

  private openList(key: string): void {
    if (this.path.length >= MAX_DEPTH) throw new Error(`lists nested too deep at line ${this.line}`)
    const name = key.toLowerCase()
    const inGraph = this.path.length === 1 && this.path[0].toLowerCase() === 'graph'
    this.path.push(key)
    if (this.record === null && inGraph && (name === 'node' || name === 'edge')) {
      this.record = new GraphRecord(name === 'node' ? 'nodes' : 'edges')
      this.lists = new Map()
      this.depth = this.path.length
    }
  }

  private closeList(): void {
    const { record } = this
    if (record !== null && this.path.length === this.depth) {
      for (const [key, values] of this.lists) {
        const marked = values[0] === LIST_MARK
        const kept = marked ? values.slice(1) : values
        record.set(key, kept.length === 1 && !marked ? kept[0] : JSON.stringify(kept))
      }
      if (record.table === 'edges') {
        if (!record.cells.has('directed')) record.set('directed', this.directed ?? 'false')
        if (!record.cells.has('source') || !record.cells.has('target')) {
          record.complaint = `An edge has no source or no target, before line ${this.line}.`
        }
      } else if (!record.cells.has('id')) record.complaint = `A node has no id, before line ${this.line}.`
      this.record = null
      this.sink.record(record)
    }
    this.path.pop()
  }

  private value(key: string, value: string): void {
    if (this.record !== null) {
      const name = [...this.path.slice(this.depth), key].join('.')
      const values = this.lists.get(name)
      if (values === undefined) this.lists.set(name, [value])
      else values.push(value)
      if (this.lists.size > 10_000)
        throw new Error(`a record with more than 10,000 keys at line ${this.line}`)
    } else if (this.path.length === 1 && key.toLowerCase() === 'directed') {
      this.directed = value === '1' ? 'true' : 'false'
    }
  }
}

const TOKEN = /\s*(?:([[\]])|"([^"]*)"|#[^\n]*\n?|([^\s"[\]#]+))/gy
const SPACE = /\s*/gy

function lines(text: string, from: number, to: number): number {
  let count = 0
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count++
  return count
}
