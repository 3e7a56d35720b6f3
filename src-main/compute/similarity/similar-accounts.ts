import type { SimilarAccount, SimilarAccounts, SimilarityPart } from '../../common/contract/sharing.ts'
import { SIMILARITY_PARTS } from '../../common/contract/sharing.ts'
import { ShoalError } from '../../common/errors.ts'
import type { ComputeContext } from '../context.ts'
import { shownGraph } from '../sharing/graph-run.ts'
import { sharingIndex } from '../sharing/index-file.ts'
import { AccountReader } from './account-reader.ts'
import { NeighbourPart, type NeighbourScore } from './neighbour-part.ts'
import { RhythmPart, type RhythmScore } from './rhythm-part.ts'
import { SharedPart } from './shared-part.ts'
import { similarTexts, type TextMatch } from './text-part.ts'

/** Candidates that each part may put forward, its most promising. */
const PER_PART = 800
const MOST_SHARED = 12

interface Scored {
  id: number
  score: number
  parts: Record<SimilarityPart, number | null>
  shared: number[]
  rhythm: RhythmScore | null
  neighbourhood: NeighbourScore | null
}

/**
 * The accounts most like one, each with what makes it so. Candidates come from inverted indexes: whoever shares a
 * thing, was active in the same five minutes at least twice, has a common neighbour in the shown graph or a text
 * half alike. Each is scored exactly on every part, and the parts are joined by a noisy-or:
 *
 *   score = 1 − Π over parts (1 − weight × part)
 *
 * so that one strong reason is enough, several add up, and a part that can't be compared changes nothing
 * (docs/sharing.md). Ties in order of id. Throws not_found.
 */
export async function similarAccounts(
  ctx: ComputeContext,
  input: {
    graphRunId: number | null
    id: number
    limit: number
    weights: Record<SimilarityPart, number>
  },
): Promise<SimilarAccounts> {
  const started = performance.now()
  const { id, weights } = input
  const known = ctx.db.prepare('SELECT 1 FROM ready_account WHERE id = ?').pluck()
  if (known.get(id) === undefined)
    throw new ShoalError('not_found', `There is no account with the id ${id} in this workspace.`)
  const window = shownGraph(ctx, input.graphRunId)?.recipe.window ?? null
  const index = await sharingIndex(ctx, window)
  const reader = new AccountReader(ctx, window)
  const own = reader.read(id)
  await ctx.checkpoint()
  const shared = new SharedPart(ctx, id, own.entities, index)
  await ctx.checkpoint()
  const rhythm = new RhythmPart(ctx, id, own.times, window)
  await ctx.checkpoint()
  const texts = weights.texts > 0 ? await similarTexts(ctx, id) : new Map<number, TextMatch>()
  const neighbours = await NeighbourPart.open(ctx, input.graphRunId, id)
  try {
    const alike = new Map([...texts].map(([account, match]) => [account, match.score]))
    const found = [shared.candidates, rhythm.candidates, alike, neighbours?.candidates ?? new Map()]
    const candidates = new Set(found.flatMap((part) => strongest(part)))
    candidates.delete(id)
    const scored: Scored[] = []
    for (const account of [...candidates].sort((x, y) => x - y)) {
      if (known.get(account) === undefined) continue
      const facts = reader.read(account)
      const common = shared.score(facts.entities)
      const inTime = rhythm.score(facts.times)
      const around = (await neighbours?.score(account)) ?? null
      const parts = {
        entities: common?.score ?? null,
        rhythm: inTime?.score ?? null,
        neighbourhood: around?.score ?? null,
        texts: texts.get(account)?.score ?? null,
      }
      const score =
        1 - SIMILARITY_PARTS.reduce((rest, part) => rest * (1 - weights[part] * (parts[part] ?? 0)), 1)
      if (score > 0)
        scored.push({
          id: account,
          score,
          parts,
          shared: common?.shared ?? [],
          rhythm: inTime,
          neighbourhood: around,
        })
      if (scored.length % 64 === 0) await ctx.checkpoint()
    }
    scored.sort((x, y) => y.score - x.score || x.id - y.id)
    const describe = ctx.db.prepare(
      'SELECT t.value AS type, e.key FROM entity e JOIN term t ON t.id = e.type_id WHERE e.id = ?',
    )
    const rows = scored.slice(0, input.limit).map((account): SimilarAccount => {
      const text = texts.get(account.id)
      return {
        id: account.id,
        score: account.score,
        parts: account.parts,
        shared: account.shared.slice(0, MOST_SHARED).map((entityId) => ({
          entityId,
          ...(describe.get(entityId) as { type: string; key: string }),
          accounts: index.accounts[entityId],
        })),
        rhythm: account.rhythm && {
          hourOfWeek: account.rhythm.hourOfWeek,
          together: account.rhythm.together,
          expected: account.rhythm.expected,
        },
        neighbourhood: account.neighbourhood && {
          common: account.neighbourhood.common,
          mine: account.neighbourhood.mine,
          theirs: account.neighbourhood.theirs,
        },
        text:
          text === undefined
            ? null
            : { of: text.of, similarity: text.similarity, mine: text.mine, theirs: text.theirs },
      }
    })
    return {
      account: id,
      candidates: candidates.size,
      cut: found.some((part) => part.size > PER_PART),
      weights,
      seconds: (performance.now() - started) / 1000,
      rows,
    }
  } finally {
    await neighbours?.close()
  }
}

function strongest(part: ReadonlyMap<number, number>): number[] {
  const all = [...part]
  if (all.length > PER_PART) all.sort((x, y) => y[1] - x[1] || x[0] - y[0])
  return all.slice(0, PER_PART).map(([account]) => account)
}
