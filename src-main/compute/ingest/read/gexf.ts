import { GraphRecord, type GraphSink, type GraphTableName } from './graph-tables.ts'
import { graphXmlReader, type ElementParser } from './graph-xml.ts'
import type { ColumnInfo, Reader } from './reader.ts'

interface Attribute {
  title: string
  fallback: string | null
  declared: ColumnInfo['declared']
}

const TYPES: Record<string, ColumnInfo['declared']> = {
  boolean: 'boolean',
  integer: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  short: 'number',
  byte: 'number',
  bigdecimal: 'number',
  biginteger: 'number',
  string: 'text',
  anyuri: 'text',
}

/** Whether an edge of a kind has a direction; one that is mutual has both. */
const KINDS: Record<string, string> = { directed: 'true', undirected: 'false', mutual: 'false' }

/**
 * GEXF, versions 1.1 to 1.3. Nodes: id, label, then attributes; edges: source, target, directed, then id, label, weight
 * and attributes. Of times when something was there (spells) the first start and the last end are kept; an attribute
 * that changes over time is a JSON list of its values.
 */
class GexfParser implements ElementParser {
  private readonly sink: GraphSink
  private readonly attributes: Record<GraphTableName, Map<string, Attribute>> = {
    nodes: new Map(),
    edges: new Map(),
  }
  private declaring: GraphTableName | null = null
  private current: Attribute | null = null
  private collected: string | null = null
  private readonly open_: GraphRecord[] = []
  private directed = false
  /** Values over time of the open record's attributes. */
  private readonly series = new Map<string, { value: string; start?: string; end?: string }[]>()

  constructor(sink: GraphSink) {
    this.sink = sink
    sink.column('nodes', 'id', 'id', null)
    sink.column('nodes', 'label', 'label', 'text')
    for (const name of ['source', 'target', 'directed'])
      sink.column('edges', name, name, name === 'directed' ? 'boolean' : null)
  }

  open(name: string, at: Record<string, string>): void {
    const record = this.open_.at(-1)
    switch (name) {
      case 'graph':
        this.directed = at.defaultedgetype !== undefined && at.defaultedgetype !== 'undirected'
        return
      case 'attributes':
        this.declaring = at.class === 'edge' ? 'edges' : 'nodes'
        return
      case 'attribute': {
        if (this.declaring === null || at.id === undefined) return
        this.current = {
          title: at.title ?? at.id,
          fallback: null,
          declared: TYPES[(at.type ?? '').toLowerCase()] ?? null,
        }
        this.attributes[this.declaring].set(at.id, this.current)
        this.sink.column(this.declaring, keyOf(at.id), this.current.title, this.current.declared)
        return
      }
      case 'default':
        if (this.current !== null) this.collected = ''
        return
      case 'node': {
        const node = new GraphRecord('nodes')
        for (const key of ['id', 'label']) if (at[key] !== undefined) node.set(key, at[key])
        const parent = at.pid ?? record?.cells.get('id')
        if (parent !== undefined) node.set('parent', parent)
        this.takeTimes(node, at)
        if (at.id === undefined) node.complaint = 'A node has no id.'
        this.flush()
        this.open_.push(node)
        return
      }
      case 'edge': {
        const edge = new GraphRecord('edges')
        for (const key of ['source', 'target']) if (at[key] !== undefined) edge.set(key, at[key])
        edge.set('directed', KINDS[at.type ?? ''] ?? String(this.directed))
        // Some programs put a type of their own there.
        if (at.type !== undefined && KINDS[at.type] === undefined) edge.set('type', at.type)
        for (const key of ['id', 'label', 'weight', 'kind']) if (at[key] !== undefined) edge.set(key, at[key])
        this.takeTimes(edge, at)
        if (at.source === undefined || at.target === undefined) {
          edge.complaint = `An edge${at.id === undefined ? '' : ` '${at.id}'`} has no source or no target.`
        }
        this.flush()
        this.open_.push(edge)
        return
      }
      case 'attvalue': {
        const id = at.for ?? at.id
        if (record === undefined || id === undefined || at.value === undefined) return
        const values = this.series.get(id) ?? []
        if (values.length < 10_000) values.push({ value: at.value, start: startOf(at), end: endOf(at) })
        this.series.set(id, values)
        return
      }
      case 'spell':
      case 'slice':
        if (record !== undefined) this.takeTimes(record, at)
        return
      default:
    }
  }

  close(name: string): void {
    switch (name) {
      case 'attributes':
        this.declaring = null
        return
      case 'default':
        if (this.current !== null && this.collected !== null) this.current.fallback = this.collected
        this.collected = null
        return
      case 'attribute':
        this.current = null
        return
      case 'attvalues':
        this.flush()
        return
      case 'node':
      case 'edge': {
        this.flush()
        const record = this.open_.pop()
        if (record === undefined) return
        for (const [id, { fallback }] of this.attributes[record.table]) {
          if (fallback !== null && !record.cells.has(keyOf(id))) record.set(keyOf(id), fallback)
        }
        this.sink.record(record)
        return
      }
      default:
    }
  }

  text(text: string): void {
    if (this.collected !== null && this.collected.length < 1_000_000) this.collected += text
  }

  /** Puts the attributes seen into the record they belong to. */
  private flush(): void {
    const record = this.open_.at(-1)
    if (record !== undefined) {
      for (const [id, values] of this.series) {
        const declared = this.attributes[record.table].get(id)
        this.sink.column(record.table, keyOf(id), declared?.title ?? id, declared?.declared ?? null)
        record.set(keyOf(id), values.length === 1 ? values[0].value : JSON.stringify(values))
      }
    }
    this.series.clear()
  }

  private takeTimes(record: GraphRecord, at: Record<string, string>): void {
    const start = startOf(at)
    const end = endOf(at)
    if (start !== undefined && !record.cells.has('start')) record.set('start', start)
    if (end !== undefined) record.set('end', end)
  }
}

function startOf(at: Record<string, string>): string | undefined {
  return at.start ?? at.startopen ?? at.timestamp
}

function endOf(at: Record<string, string>): string | undefined {
  return at.end ?? at.endopen
}

/** Attributes live beside the names of our own columns. */
function keyOf(id: string): string {
  return `attribute ${id}`
}

export const gexfReader: Reader = graphXmlReader('gexf', ['gexf'], 'gexf', (sink) => new GexfParser(sink))
