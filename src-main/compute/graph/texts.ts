import type { Recipe } from '../../common/recipe.ts'
import type { ComputeContext } from '../context.ts'
import { nearDuplicates, type NearDuplicates } from '../similarity/minhash.ts'
import { NONE, type AccountIndex } from './read-facts.ts'

const PAGE_ROWS = 2_000

export type TextKind = Recipe['texts']['of'][number]

/** The long values of a record's attributes: what an account says of itself, not its codes and dates. */
export function profileTexts(attributes: string, minLength: number): string[] {
  const values = Object.values(JSON.parse(attributes) as Record<string, unknown>)
  return values.filter((value): value is string => typeof value === 'string' && value.length >= minLength)
}

/**
 * The texts about or by accounts: reports by the account they are about (inside the window; undated ones only where
 * there is no window), profile texts by the newest record of the account.
 */
export async function* readTexts(
  ctx: ComputeContext,
  accounts: AccountIndex,
  of: TextKind,
  minLength: number,
  window: Recipe['window'],
): AsyncGenerator<{ owner: number; text: string }> {
  const statement = ctx.db
    .prepare(
      of === 'reports'
        ? `SELECT id, account_id, text FROM report WHERE id > ? AND source_id IN (SELECT id FROM ready_source)
           ${window === null ? '' : `AND ts >= ${window.from} AND ts < ${window.to}`} ORDER BY id LIMIT ${PAGE_ROWS}`
        : `SELECT r.id, r.account_id, r.attributes FROM account_record r
           WHERE r.id > ? AND r.attributes <> '{}' AND r.source_id IN (SELECT id FROM ready_source)
             AND NOT EXISTS (SELECT 1 FROM account_record x WHERE x.account_id = r.account_id AND x.id > r.id
                               AND x.source_id IN (SELECT id FROM ready_source))
           ORDER BY r.id LIMIT ${PAGE_ROWS}`,
    )
    .raw()
  for (let last = -1; ;) {
    const rows = statement.all(last) as [number, number, string][]
    for (const [, account, text] of rows) {
      const owner = accounts.nodeOf[account]
      if (owner === NONE) continue
      for (const value of of === 'reports' ? [text] : profileTexts(text, minLength))
        yield { owner, text: value }
    }
    if (rows.length < PAGE_ROWS) return
    last = rows[rows.length - 1][0]
    await ctx.checkpoint()
  }
}

/** Pairs of nodes a < b with near-identical texts, and how many texts too many accounts have word for word. */
export function textPairs(
  ctx: ComputeContext,
  accounts: AccountIndex,
  of: TextKind,
  recipe: Recipe,
): Promise<NearDuplicates> {
  const { minSimilarity, minLength, hubCap } = recipe.texts
  return nearDuplicates(
    readTexts(ctx, accounts, of, minLength, recipe.window),
    { minSimilarity, minLength, hubCap },
    ctx,
  )
}
