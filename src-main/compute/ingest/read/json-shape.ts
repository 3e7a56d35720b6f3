import type { CellRow } from './cell-row.ts'
import { uniqueName } from './header.ts'
import { JsonCursor, compact, unescape } from './json-cursor.ts'
import { MAX_NESTING, type ColumnInfo } from './reader.ts'

/** Members of one object that become columns of their own: those that come first; the others share one. */
const MAX_MEMBERS = 1_000
const MAX_NESTED_MEMBERS = 200

const NEW = -1
const UNWANTED = -2

const TEXT = 1
const NUMBER = 2
const TRUTH = 4
const JSON_TEXT = 8

/** A place in the records: the member of an object under which a value stands. */
interface Place {
  path: string
  /** Its key's bytes as they stood first, to know it again without making a string. */
  key: Buffer
  depth: number
  /** The cell for its values; NEW until one stood here, UNWANTED where none was asked for. */
  column: number
  empty: boolean
  members: Map<string, Place>
  order: Place[]
  /** Where members stand that are more than there is room for. */
  rest: Place | null
  /** The record that it was seen in last. */
  seenIn: number
}

/**
 * Reads JSON values into cells, straight from their bytes: literals are never turned into numbers. It learns the columns
 * as they come: in the order in which records first have them, so that whoever reads the same records again gets the same.
 */
export class JsonShape extends JsonCursor {
  readonly columns: ColumnInfo[] = []
  /** Records in which a key stood twice; the last value counts, as everywhere. */
  twice = 0
  private readonly taken = new Set<string>()
  /** Cell by column name, where the columns were settled before; else columns are learned. */
  private readonly cells: Map<string, number> | null
  private readonly kinds: number[] = []
  private readonly root = this.place('', Buffer.alloc(0), 0)
  private readonly keyColumn: number
  private record = 0
  private doubled = false
  private row: CellRow | null = null

  /**
   * `keyed`: records have a key in the document, which becomes the first column. `cells`: the columns that rows have,
   * as an earlier reading described them; without, columns are learned.
   */
  constructor(options: { keyed?: boolean; cells?: readonly ColumnInfo[] } = {}) {
    super()
    this.cells = options.cells ? new Map(options.cells.map(({ name }, i) => [name, i])) : null
    this.keyColumn = options.keyed ? this.newColumn('key') : UNWANTED
  }

  /**
   * Reads the one value in bytes [from, to) and sets its cells, of those columns that `row` has room for. Returns what
   * is wrong with it, or null; `failedAt` then tells where, as an index of `bytes`.
   */
  read(
    bytes: Buffer,
    from: number,
    to: number,
    row: CellRow | null,
    key: string | null = null,
  ): string | null {
    this.bytes = bytes
    this.pos = from
    this.end = to
    this.row = row
    this.record++
    this.doubled = false
    this.complaint = ''
    if (this.keyColumn >= 0 && key !== null) {
      this.kinds[this.keyColumn] |= TEXT
      row?.set(this.keyColumn, key)
    }
    this.skipSpace()
    if (this.readRoot()) {
      this.skipSpace()
      if (this.pos < to) this.fail('something behind the value')
    }
    if (this.doubled) this.twice++
    return this.complaint === '' ? null : this.complaint
  }

  /** The columns so far and what their values are. Members that were null in every record come last. */
  describe(): ColumnInfo[] {
    const name = (place: Place): void => {
      if (place.column === NEW && place.empty && place.members.size === 0) this.newColumnAt(place)
      for (const member of place.order) name(member)
    }
    name(this.root)
    return this.columns.map(({ name }, i) => ({ name, declared: declaredOf(this.kinds[i]) }))
  }

  private readRoot(): boolean {
    const byte = this.bytes[this.pos]
    if (this.pos < this.end && byte === 0x7b) return this.readObject(this.root)
    if (this.pos < this.end && byte === 0x5b) return this.readList()
    return this.readValue(this.member(this.root, 'value', Buffer.from('value')))
  }

  /** A record that is a list: its elements by their position. */
  private readList(): boolean {
    this.pos++
    this.skipSpace()
    if (this.bytes[this.pos] === 0x5d && this.pos < this.end) {
      this.pos++
      return true
    }
    for (let i = 0; ; i++) {
      const place = this.member(this.root, `column_${i + 1}`, Buffer.alloc(0))
      if (place === this.root.rest) {
        if (!this.skipValue()) return false
      } else if (!this.readValue(place)) return false
      this.skipSpace()
      const byte = this.pos < this.end ? this.bytes[this.pos] : -1
      if (byte === 0x5d) {
        this.pos++
        return true
      }
      if (byte !== 0x2c) return this.fail("expected ',' or ']'")
      this.pos++
      this.skipSpace()
    }
  }

  private readObject(parent: Place): boolean {
    const { bytes, end } = this
    let expected = 0
    let rest: string[] | null = null
    this.pos++
    this.skipSpace()
    if (this.pos < end && bytes[this.pos] === 0x7d) {
      this.pos++
      return true
    }
    for (;;) {
      if (this.pos >= end || bytes[this.pos] !== 0x22) return this.fail('expected a key in quotes')
      const keyFrom = this.pos + 1
      const escaped = this.skipString()
      if (escaped < 0) return false
      const keyTo = this.pos - 1
      let place: Place
      const guess = parent.order[expected]
      if (guess !== undefined && escaped === 0 && sameBytes(bytes, keyFrom, keyTo, guess.key)) {
        place = guess
        expected++
      } else {
        const key = escaped ? unescape(bytes, keyFrom - 1, this.pos) : bytes.toString('utf8', keyFrom, keyTo)
        place = this.member(parent, key, escaped ? null : Buffer.from(bytes.subarray(keyFrom, keyTo)))
        expected = place === parent.rest ? expected : parent.order.indexOf(place, expected) + 1
      }
      this.skipSpace()
      if (this.pos >= end || bytes[this.pos] !== 0x3a) return this.fail("expected ':'")
      this.pos++
      this.skipSpace()
      if (place === parent.rest) {
        const from = this.pos
        if (!this.skipValue()) return false
        rest ??= []
        rest.push(`${bytes.toString('utf8', keyFrom - 1, keyTo + 1)}:${compact(bytes, from, this.pos)}`)
      } else {
        if (place.seenIn === this.record) this.doubled = true
        place.seenIn = this.record
        if (!this.readValue(place)) return false
      }
      this.skipSpace()
      const byte = this.pos < end ? bytes[this.pos] : -1
      if (byte === 0x7d) {
        this.pos++
        if (rest !== null) this.setText(parent.rest!, `{${rest.join(',')}}`, JSON_TEXT)
        return true
      }
      if (byte !== 0x2c) return this.fail("expected ',' or '}'")
      this.pos++
      this.skipSpace()
    }
  }

  private readValue(place: Place): boolean {
    const { bytes } = this
    const from = this.pos
    if (from >= this.end) return this.fail('expected a value')
    const byte = bytes[from]
    if (byte === 0x22) {
      const escaped = this.skipString()
      if (escaped < 0) return false
      if (escaped > 0) this.setText(place, unescape(bytes, from, this.pos), TEXT)
      else this.setBytes(place, from + 1, this.pos - 1, TEXT)
      return true
    }
    if (byte === 0x7b && place.depth <= MAX_NESTING) return this.readObject(place)
    if (byte === 0x7b || byte === 0x5b) {
      if (!this.skipValue()) return false
      this.setText(place, compact(bytes, from, this.pos), JSON_TEXT)
      return true
    }
    if (!this.skipScalar()) return false
    // n: null leaves the cell empty. N and I: NaN and Infinity, which some programs write, stay as they are.
    if (byte === 0x6e) this.clear(place)
    else this.setBytes(place, from, this.pos, byte === 0x74 || byte === 0x66 ? TRUTH : NUMBER)
    return true
  }

  private setBytes(place: Place, from: number, to: number, kind: number): void {
    const column = place.column === NEW ? this.newColumnAt(place) : place.column
    if (column === UNWANTED) return
    this.kinds[column] |= kind
    if (this.row === null) return
    this.row.clear(column)
    this.row.setBytes(column, this.bytes, from, to)
  }

  private setText(place: Place, text: string, kind: number): void {
    const column = place.column === NEW ? this.newColumnAt(place) : place.column
    if (column === UNWANTED) return
    this.kinds[column] |= kind
    if (this.row === null) return
    this.row.clear(column)
    this.row.set(column, text)
  }

  /** null: no value, so no column yet. */
  private clear(place: Place): void {
    place.empty = true
    if (place.column >= 0) this.row?.clear(place.column)
  }

  private member(parent: Place, key: string, bytes: Buffer | null): Place {
    const known = parent.members.get(key)
    if (known !== undefined) return known
    if (parent.order.length >= (parent.depth === 0 ? MAX_MEMBERS : MAX_NESTED_MEMBERS)) {
      parent.rest ??= this.place(
        parent.path === '' ? '(more)' : `${parent.path} (more)`,
        Buffer.alloc(0),
        parent.depth + 1,
      )
      return parent.rest
    }
    const path = parent.depth === 0 ? key : `${parent.path}.${key}`
    const place = this.place(path, bytes ?? Buffer.from(key), parent.depth + 1)
    parent.members.set(key, place)
    parent.order.push(place)
    return place
  }

  private place(path: string, key: Buffer, depth: number): Place {
    return {
      path,
      key,
      depth,
      column: NEW,
      empty: false,
      members: new Map(),
      order: [],
      rest: null,
      seenIn: 0,
    }
  }

  private newColumnAt(place: Place): number {
    return (place.column = this.newColumn(place.path))
  }

  private newColumn(path: string): number {
    const name = uniqueName(path === '' ? `column_${this.taken.size + 1}` : path, this.taken)
    if (this.cells !== null) return this.cells.get(name) ?? UNWANTED
    this.columns.push({ name, declared: null })
    this.kinds.push(0)
    return this.columns.length - 1
  }
}

function declaredOf(kinds: number): ColumnInfo['declared'] {
  if (kinds === TEXT) return 'text'
  if (kinds === NUMBER) return 'number'
  if (kinds === TRUTH) return 'boolean'
  if (kinds === JSON_TEXT) return 'json'
  return null
}

function sameBytes(bytes: Buffer, from: number, to: number, key: Buffer): boolean {
  const length = to - from
  if (key.length !== length) return false
  for (let i = 0; i < length; i++) if (bytes[from + i] !== key[i]) return false
  return true
}
