import { shinglesOf } from './shingles.ts'

/**
 * Texts as sets of shingles, each distinct text once with everybody who has it. The sets lie one behind another in
 * one array: 4 bytes a shingle, no object per text.
 */
export class TextSets {
  /** Texts handed in so far, the ones that were too short included. */
  added = 0
  readonly #textOf = new Map<number, number>()
  readonly #starts: number[] = [0]
  readonly #refs: number[] = []
  #shingles = new Uint32Array(1 << 14)
  #text = new Uint32Array(1 << 10)
  #owner = new Uint32Array(1 << 10)
  #rows = 0

  /**
   * Adds a text unless it has fewer than `minLength` code points after normalisation. `ref` says where to read it
   * again; each distinct text keeps the first.
   */
  add(owner: number, text: string, minLength: number, ref = 0): void {
    this.added++
    const { set, length, identity } = shinglesOf(text)
    if (length < minLength || set.length === 0) return
    let id = this.#textOf.get(identity)
    if (id === undefined) {
      id = this.#starts.length - 1
      this.#textOf.set(identity, id)
      this.#refs.push(ref)
      const from = this.#starts[id]
      while (from + set.length > this.#shingles.length) this.#shingles = grown(this.#shingles)
      this.#shingles.set(set, from)
      this.#starts.push(from + set.length)
    }
    if (this.#rows === this.#text.length) {
      this.#text = grown(this.#text)
      this.#owner = grown(this.#owner)
    }
    this.#text[this.#rows] = id
    this.#owner[this.#rows++] = owner
  }

  /**
   * The distinct texts with their distinct owners. `owners` ascends; text x belongs to
   * owners[ownerOf[start[x] .. start[x + 1])]. `live` are the texts of at most `hubCap` owners, in an order that does
   * not depend on the order of arrival; `hubs` counts the others.
   */
  finish(hubCap: number) {
    const texts = this.#starts.length - 1
    const owners = this.#owner.slice(0, this.#rows).sort()
    let ownerCount = 0
    for (let i = 0; i < owners.length; i++)
      if (i === 0 || owners[i] !== owners[i - 1]) owners[ownerCount++] = owners[i]
    const numbers = new Map<number, number>()
    for (let i = 0; i < ownerCount; i++) numbers.set(owners[i], i)

    const start = new Uint32Array(texts + 1)
    for (let i = 0; i < this.#rows; i++) start[this.#text[i] + 1]++
    for (let x = 0; x < texts; x++) start[x + 1] += start[x]
    const filled = start.slice(0, texts)
    const ownerOf = new Uint32Array(this.#rows)
    for (let i = 0; i < this.#rows; i++) ownerOf[filled[this.#text[i]]++] = numbers.get(this.#owner[i])!
    // An owner who says the same twice is one owner.
    let kept = 0
    for (let x = 0; x < texts; x++) {
      const own = ownerOf.subarray(start[x], start[x + 1]).sort()
      const from = kept
      for (let i = 0; i < own.length; i++) if (i === 0 || own[i] !== own[i - 1]) ownerOf[kept++] = own[i]
      start[x] = from
    }
    start[texts] = kept

    const identities = new Float64Array(texts)
    for (const [identity, x] of this.#textOf) identities[x] = identity
    const alive: number[] = []
    let hubs = 0
    for (let x = 0; x < texts; x++) {
      if (start[x + 1] - start[x] > hubCap) hubs++
      else alive.push(x)
    }
    alive.sort((x, y) => identities[x] - identities[y])
    const shingles = this.#shingles
    const starts = Uint32Array.from(this.#starts)
    return {
      texts,
      hubs,
      refs: this.#refs,
      identities,
      live: Uint32Array.from(alive),
      owners: owners.subarray(0, ownerCount),
      ownerCount,
      start,
      ownerOf,
      set: (x: number): Uint32Array => shingles.subarray(starts[x], starts[x + 1]),
      size: (x: number): number => starts[x + 1] - starts[x],
    }
  }
}

function grown(from: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(from.length * 2)
  to.set(from)
  return to
}
