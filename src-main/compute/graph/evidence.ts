import type { Recipe } from '../../common/recipe.ts'

/** One channel's entries of one account, as the rules see them. */
export interface EvidenceRow {
  /** Other accounts; `length` of them from `from` on. */
  readonly targets: Uint32Array
  readonly from: number
  readonly length: number
  /** Distinct shared entities of target i: shared[from + i], or sharedOf[target]; neither: no sharing channel. */
  readonly shared?: Uint16Array | null
  readonly sharedOf?: Uint16Array
  /** Whether it is a channel of observed relations. */
  readonly relation: boolean
}

/**
 * Which of an account's ties stand on enough evidence.
 *
 * minShared: ties by sharing stand only where the two share at least so many distinct entities of some one channel, or
 * something else than sharing joins them. minEvidence: no tie of the two stands unless a relation joins them or they
 * have at least so many pieces of evidence: each distinct shared entity is one, and so is each other channel that
 * joins them (meetings on addresses, on devices, rhythm, report texts, profile texts).
 */
export class Evidence {
  readonly wanted: boolean
  private readonly minShared: number
  private readonly minEvidence: number
  private readonly stamp: Uint32Array
  private readonly pieces: Uint32Array
  /** Bit 0: enough of one type, or joined otherwise. Bit 1: related. */
  private readonly marks: Uint8Array
  private rows = 0

  constructor(n: number, recipe: Recipe) {
    this.minShared = recipe.entities.minShared
    this.minEvidence = recipe.minEvidence
    this.wanted = this.minShared > 1 || this.minEvidence > 1
    this.stamp = new Uint32Array(this.wanted ? n : 0)
    this.pieces = new Uint32Array(this.wanted ? n : 0)
    this.marks = new Uint8Array(this.wanted ? n : 0)
  }

  /** Takes in all channels' entries of one account; `stands` then answers for each of its targets. */
  row(channels: readonly EvidenceRow[]): void {
    if (!this.wanted) return
    this.rows++
    for (const { targets, from, length, shared, sharedOf, relation } of channels) {
      for (let i = from; i < from + length; i++) {
        const v = targets[i]
        if (this.stamp[v] !== this.rows) {
          this.stamp[v] = this.rows
          this.pieces[v] = 0
          this.marks[v] = 0
        }
        const count = sharedOf?.[v] ?? shared?.[i]
        if (count === undefined) {
          this.marks[v] |= relation ? 3 : 1
          this.pieces[v]++
        } else {
          if (count >= this.minShared) this.marks[v] |= 1
          this.pieces[v] += count
        }
      }
    }
  }

  /**
   * Whether the tie to v stands. One answer for all channels: only ties by sharing can lack the first mark, since any
   * other tie gives it.
   */
  stands(v: number): boolean {
    if (!this.wanted) return true
    if ((this.marks[v] & 1) === 0) return false
    return (this.marks[v] & 2) !== 0 || this.pieces[v] >= this.minEvidence
  }
}
