import type { IdentityReport, FoldedIds } from '../../../common/contract/compute.ts'
import type { Identity } from '../../../common/mapping/mapping.ts'

/** Counts what rules that make ids comparable did to the ids of an import: how many there were, changed, became one. */
export class IdentityTally {
  private readonly mappings = new Map<string, Identity>()
  private readonly accounts = new Folding()
  private readonly entities = new Map<string, Folding>()

  /** Says whose rules are at work; those of a mapping without any are none. */
  rulesOf(mapping: string, identity: Identity): void {
    if (hasRules(identity)) this.mappings.set(mapping, identity)
  }

  account(id: string, made: string): void {
    this.accounts.note(id, made)
  }

  entity(type: string, id: string, made: string): void {
    let folding = this.entities.get(type)
    if (!folding) this.entities.set(type, (folding = new Folding()))
    folding.note(id, made)
  }

  /** Null where no rule was at work. */
  report(): IdentityReport | null {
    if (this.mappings.size === 0) return null
    return {
      mappings: [...this.mappings].map(([mapping, identity]) => ({ mapping, ...identity })),
      accounts: this.accounts.count(),
      entities: Object.fromEntries(
        [...this.entities]
          .map(([type, folding]) => [type, folding.count()] as const)
          .toSorted(([a], [b]) => (a < b ? -1 : 1)),
      ),
    }
  }
}

export function hasRules({ account, entity }: Identity): boolean {
  return account.length > 0 || Object.values(entity).some((rules) => rules.length > 0)
}

/**
 * Ids as they were and as they became, counted by 53 bits of a hash each, 8 to 16 bytes an id: of a million ids, one pair
 * in 18,000 imports would count as one that is two.
 */
class Folding {
  private readonly raw = new HashSet()
  private readonly made = new HashSet()
  private changed = 0

  note(id: string, made: string): void {
    if (!this.raw.add(hash53(id))) return
    if (id !== made) this.changed++
    this.made.add(hash53(made))
  }

  count(): FoldedIds {
    return { ids: this.raw.size, changed: this.changed, merged: this.raw.size - this.made.size }
  }
}

/** Numbers that are not 0, in a table of open places. */
class HashSet {
  size = 0
  private places = new Float64Array(1024)

  /** True where it was not there. */
  add(hash: number): boolean {
    if (this.size * 2 >= this.places.length) this.grow()
    if (!put(this.places, hash)) return false
    this.size++
    return true
  }

  private grow(): void {
    const old = this.places
    this.places = new Float64Array(old.length * 2)
    for (const hash of old) if (hash !== 0) put(this.places, hash)
  }
}

function put(places: Float64Array, hash: number): boolean {
  const mask = places.length - 1
  let at = hash % places.length
  for (;;) {
    const there = places[at]
    if (there === hash) return false
    if (there === 0) {
      places[at] = hash
      return true
    }
    at = (at + 1) & mask
  }
}

/** cyrb53 (public domain): 53 bits of a text, never 0. */
function hash53(text: string): number {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 2654435761)
    b = Math.imul(b ^ unit, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return 4294967296 * (2097151 & b) + (a >>> 0) || 1
}
