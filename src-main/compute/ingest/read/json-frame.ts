import { OPEN_LIST, OPEN_OBJECT } from './json-pass.ts'

/** Keys of an object that are compared with another's. */
const MAX_KEYS = 64

/** An object or a list that is open, outside of records; of objects: how its members look, as they may be records. */
export class Frame {
  readonly array: boolean
  readonly path: string
  /** Whether its elements or members are records. */
  records: boolean
  /** Members that were like the one before them. */
  similar = 0
  private objects = 0
  private plain = 0
  private arrays = 0
  private readonly keys = new Set<string>()
  private lastKeys: Set<string> | null = null

  constructor(array: boolean, path: string, records: boolean) {
    this.array = array
    this.path = path
    this.records = records
  }

  addKey(key: string): void {
    if (this.keys.size < MAX_KEYS) this.keys.add(key)
  }

  /** Counts a member by the first byte of its value. */
  addValue(byte: number): void {
    if (byte === OPEN_OBJECT) this.objects++
    else if (byte === OPEN_LIST) this.arrays++
    else this.plain++
  }

  /** A member that was an object has ended: with the same keys as the last one, and values of its own, it is like it. */
  addMember(member: Frame): void {
    if (member.plain === 0) return
    if (this.lastKeys !== null && alike(this.lastKeys, member.keys)) this.similar++
    this.lastKeys = member.keys
  }

  /** Whether all its members are objects that are alike: records by key. */
  get isKeyed(): boolean {
    return this.plain === 0 && this.arrays === 0 && this.similar === this.objects - 1
  }
}

function alike(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  let shared = 0
  for (const key of a) if (b.has(key)) shared++
  return shared * 2 >= a.size + b.size - shared
}
