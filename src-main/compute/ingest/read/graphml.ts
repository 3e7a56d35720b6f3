import { GraphRecord, type GraphSink, type GraphTableName } from './graph-tables.ts'
import { graphXmlReader, type ElementParser } from './graph-xml.ts'
import type { ColumnInfo, Reader } from './reader.ts'

interface Key {
  name: string
  /** What it is for: 'node', 'edge', 'all', … */
  what: string
  fallback: string | null
  declared: ColumnInfo['declared']
}

const TYPES: Record<string, ColumnInfo['declared']> = {
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  string: 'text',
}

/**
 * GraphML, also as Maltego writes it (an entity's type and properties become columns) and yEd (labels). Nodes: id, then
 * attributes; edges: source, target, directed, then id and attributes. Nodes of a nested graph have their parent.
 */
class GraphmlParser implements ElementParser {
  private readonly sink: GraphSink
  private readonly keys = new Map<string, Key>()
  private key: Key | null = null
  private readonly graphs: { directed: boolean; parent: string }[] = []
  /** Nodes and edges that are open: nodes may hold graphs. */
  private readonly open_: GraphRecord[] = []
  private data: string | null = null
  /** Text being collected, and for what. */
  private collected = ''
  private collecting: 'default' | 'data' | 'value' | 'label' | null = null
  private property = ''
  private depthInData = 0

  constructor(sink: GraphSink) {
    this.sink = sink
    sink.column('nodes', 'id', 'id', null)
    for (const name of ['source', 'target', 'directed'])
      sink.column('edges', name, name, name === 'directed' ? 'boolean' : null)
  }

  open(name: string, attributes: Record<string, string>): void {
    if (this.data !== null) return this.openInData(name, attributes)
    switch (name) {
      case 'key':
        return this.addKey(attributes)
      case 'default':
        if (this.key !== null) this.collect('default')
        return
      case 'graph': {
        const parent = this.open_.at(-1)?.cells.get('id') ?? ''
        this.graphs.push({ directed: attributes.edgedefault !== 'undirected', parent })
        return
      }
      case 'node': {
        const record = new GraphRecord('nodes')
        const parent = this.graphs.at(-1)?.parent ?? ''
        this.take(record, 'id', attributes.id)
        if (attributes.id === undefined) record.complaint = 'A node has no id.'
        if (parent !== '') record.set('parent', parent)
        this.open_.push(record)
        return
      }
      case 'edge': {
        const record = new GraphRecord('edges')
        for (const key of ['source', 'target']) this.take(record, key, attributes[key])
        const directed = attributes.directed ?? String(this.graphs.at(-1)?.directed ?? true)
        record.set('directed', directed)
        for (const key of ['id', 'sourceport', 'targetport']) this.take(record, key, attributes[key])
        if (attributes.source === undefined || attributes.target === undefined) {
          record.complaint = `An edge${attributes.id === undefined ? '' : ` '${attributes.id}'`} has no source or no target.`
        }
        this.open_.push(record)
        return
      }
      case 'hyperedge': {
        const record = new GraphRecord('edges')
        this.take(record, 'id', attributes.id)
        record.complaint =
          'A hyperedge joins more than two nodes; Shoal has no such relation. Split it into edges.'
        this.open_.push(record)
        return
      }
      case 'data':
        if (this.open_.length === 0) return
        this.data = attributes.key ?? ''
        this.depthInData = 0
        this.collect('data')
        return
      default:
    }
  }

  close(name: string): void {
    if (this.data !== null) {
      if (name !== 'data' || this.depthInData > 0) return this.closeInData(name)
      const text = this.collected
      if (this.collecting === 'data' && text.trim() !== '') this.attribute(this.data, text)
      this.data = null
      this.collecting = null
      return
    }
    switch (name) {
      case 'default':
        if (this.collecting === 'default' && this.key !== null) this.key.fallback = this.collected
        this.collecting = null
        return
      case 'key':
        this.key = null
        return
      case 'graph':
        this.graphs.pop()
        return
      case 'node':
      case 'edge':
      case 'hyperedge': {
        const record = this.open_.pop()
        if (record === undefined) return
        for (const [id, { what, fallback }] of this.keys) {
          if (fallback !== null && isFor(what, record.table) && !record.cells.has(keyOf(id))) {
            this.attribute(id, fallback, record)
          }
        }
        this.sink.record(record)
        return
      }
      default:
    }
  }

  text(text: string): void {
    if (this.collecting !== null && this.collected.length <= MAX_TEXT) this.collected += text
  }

  private addKey(attributes: Record<string, string>): void {
    const id = attributes.id ?? ''
    const name = attributes['attr.name'] ?? attributes['yfiles.type'] ?? id
    const declared = TYPES[attributes['attr.type'] ?? ''] ?? null
    this.key = { name, what: attributes.for ?? 'all', fallback: null, declared }
    this.keys.set(id, this.key)
    // Keys without a type are those of programs for their own XML: a column comes up if there is text after all.
    if (attributes['attr.type'] === undefined) return
    for (const table of ['nodes', 'edges'] as const) {
      if (isFor(this.key.what, table)) this.sink.column(table, keyOf(id), name, declared)
    }
  }

  /** Maltego's and yEd's own elements inside <data>. */
  private openInData(name: string, attributes: Record<string, string>): void {
    this.depthInData++
    const record = this.open_.at(-1)!
    if (this.collecting === 'data') this.collecting = null
    if ((name === 'MaltegoEntity' || name === 'MaltegoLink') && attributes.type !== undefined) {
      record.set('type', attributes.type)
    } else if (name === 'Property') this.property = attributes.name ?? attributes.displayName ?? ''
    else if (name === 'Value' && this.property !== '') this.collect('value')
    else if ((name === 'NodeLabel' || name === 'EdgeLabel') && !record.cells.has('label'))
      this.collect('label')
  }

  private closeInData(name: string): void {
    this.depthInData--
    const record = this.open_.at(-1)!
    if (name === 'Value' && this.collecting === 'value') {
      if (this.collected !== '') record.set(this.property, this.collected)
      this.collecting = null
    } else if (name === 'Property') this.property = ''
    else if (this.collecting === 'label' && (name === 'NodeLabel' || name === 'EdgeLabel')) {
      const label = this.collected.trim()
      if (label !== '') record.set('label', label)
      this.collecting = null
    }
  }

  private attribute(id: string, value: string, record = this.open_.at(-1)!): void {
    const key = this.keys.get(id)
    this.sink.column(record.table, keyOf(id), key?.name ?? id, key?.declared ?? null)
    record.set(keyOf(id), key?.declared === 'boolean' ? truth(value) : value)
  }

  private take(record: GraphRecord, key: string, value: string | undefined): void {
    if (value !== undefined) record.set(key, value)
  }

  private collect(what: 'default' | 'data' | 'value' | 'label'): void {
    this.collecting = what
    this.collected = ''
  }
}

/** Longer texts make their record too long. */
const MAX_TEXT = 17 * 1024 * 1024

/** Python's True is a boolean as well. */
function truth(value: string): string {
  return /^\s*(?:true|false)\s*$/i.test(value) ? value.trim().toLowerCase() : value
}

/** Keys live beside the names of our own columns. */
function keyOf(id: string): string {
  return `key ${id}`
}

function isFor(what: string, table: GraphTableName): boolean {
  return what === 'all' || what === (table === 'nodes' ? 'node' : 'edge')
}

export const graphmlReader: Reader = graphXmlReader(
  'graphml',
  ['graphml', 'xgml'],
  'graphml',
  (sink) => new GraphmlParser(sink),
)
