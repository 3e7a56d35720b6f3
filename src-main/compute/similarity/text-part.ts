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
 * Accounts with a text like one of this account's, each with the most alike pair. One pass over all texts; those whose
 * length rules it out are not even cut into shingles.
 */
export async function similarTexts(ctx: ComputeContext, account: number): Promise<Map<number, TextMatch>> {
  const best = new Map<number, TextMatch>()
  for (const kind of ['profiles', 'reports'] as const) {
    await matchTexts(
      ctx,
      account,
      kind,
      { minSimilarity: MIN_TEXT_SIMILARITY, minLength: MIN_LENGTH },
      (match) => {
        if (match.similarity <= (best.get(match.owner)?.similarity ?? 0)) return
        const { similarity, mine, theirs } = match
        best.set(match.owner, {
          of: kind,
          similarity,
          score: similarity,
          mine: excerpt(mine),
          theirs: excerpt(theirs),
        })
      },
    )
  }
  const many = 1 + Math.log10(Math.max(1, best.size))
  return new Map([...best].map(([owner, match]) => [owner, { ...match, score: match.similarity / many }]))
}

/** Calls `onMatch` for every text of another account that is like one of this account's newest 20. */
export async function matchTexts(
  ctx: ComputeContext,
  account: number,
  kind: TextKind,
  { minSimilarity, minLength }: { minSimilarity: number; minLength: number },
  onMatch: (match: { owner: number; similarity: number; mine: string; theirs: string }) => void,
): Promise<void> {
  const mine = textsOf(ctx, kind, account, minLength)
    .slice(-MOST_TEXTS)
    .map((text) => ({ text, ...shinglesOf(text) }))
    .filter((own) => own.length >= minLength && own.set.length > 0)
  if (mine.length === 0) return
  // Twice as much room as the threshold needs: normalisation may shorten or lengthen a text a little.
  const shortest = Math.min(...mine.map((own) => own.text.length)) * minSimilarity * 0.5
  const longest = (Math.max(...mine.map((own) => own.text.length)) / minSimilarity) * 2
  for await (const { owner, text } of accountTexts(ctx, kind, minLength)) {
    if (owner === account || text.length < shortest || text.length > longest) continue
    const { set, length } = shinglesOf(text)
    if (length < minLength) continue
    for (const own of mine) {
      const similarity = jaccard(own.set, set, minSimilarity)
      if (similarity >= 0) onMatch({ owner, similarity, mine: own.text, theirs: text })
    }
  }
}

export function excerpt(text: string): string {
  return text.length <= EXCERPT ? text : text.slice(0, EXCERPT).toWellFormed() + '…'
}
