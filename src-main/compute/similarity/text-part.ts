import type { ComputeContext } from '../context.ts'
import { accountTexts, textsOf, type TextKind } from './account-texts.ts'
import { jaccard, shinglesOf } from './shingles.ts'

/** Below this two texts have little more in common than their subject. */
export const MIN_TEXT_SIMILARITY = 0.5
const MIN_LENGTH = 12
/** Reports about one account that are compared; an account that is reported more often has the newest of them. */
const MOST_TEXTS = 20
const EXCERPT = 160

export interface TextMatch {
  readonly of: TextKind
  /** Jaccard similarity, 0..1. */
  readonly similarity: number
  /** The similarity, lowered where many have such a text: similarity / (1 + log10 of how many). */
  readonly score: number
  readonly mine: string
  readonly theirs: string
}

/**
 * Accounts with a text at least half alike (Jaccard of character 5-grams, exact) one of this account's, each with the
 * most alike pair. One pass over all texts; those whose length rules it out are not even cut into shingles.
 */
export async function similarTexts(ctx: ComputeContext, account: number): Promise<Map<number, TextMatch>> {
  const best = new Map<number, TextMatch>()
  for (const kind of ['profiles', 'reports'] as const) {
    const mine = textsOf(ctx, kind, account, MIN_LENGTH)
      .slice(-MOST_TEXTS)
      .map((text) => ({ text, ...shinglesOf(text) }))
      .filter((own) => own.length >= MIN_LENGTH && own.set.length > 0)
    if (mine.length === 0) continue
    // Twice as much room as the threshold needs: normalisation may shorten or lengthen a text a little.
    const shortest = Math.min(...mine.map((own) => own.text.length)) * MIN_TEXT_SIMILARITY * 0.5
    const longest = (Math.max(...mine.map((own) => own.text.length)) / MIN_TEXT_SIMILARITY) * 2
    for await (const { owner, text } of accountTexts(ctx, kind, MIN_LENGTH)) {
      if (owner === account || text.length < shortest || text.length > longest) continue
      const { set, length } = shinglesOf(text)
      if (length < MIN_LENGTH) continue
      for (const own of mine) {
        const similarity = jaccard(own.set, set, MIN_TEXT_SIMILARITY)
        if (similarity < 0 || similarity <= (best.get(owner)?.similarity ?? 0)) continue
        best.set(owner, {
          of: kind,
          similarity,
          score: similarity,
          mine: excerpt(own.text),
          theirs: excerpt(text),
        })
      }
    }
  }
  const many = 1 + Math.log10(Math.max(1, best.size))
  return new Map([...best].map(([owner, match]) => [owner, { ...match, score: match.similarity / many }]))
}

export function excerpt(text: string): string {
  return text.length <= EXCERPT ? text : text.slice(0, EXCERPT).toWellFormed() + '…'
}
