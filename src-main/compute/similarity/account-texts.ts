import type { ComputeContext } from '../context.ts'
import { profileTexts } from '../graph/texts.ts'

const PAGE_ROWS = 2_000
export type TextKind = 'reports' | 'profiles'
const READY = 'source_id IN (SELECT id FROM ready_source)'

export interface AccountText {
  readonly owner: number
  readonly text: string
  /** Id of the report, or of the account's record. */
  readonly ref: number
}

const NEWEST = `NOT EXISTS (SELECT 1 FROM account_record x WHERE x.account_id = r.account_id AND x.id > r.id
  AND x.${READY})`

/** Every text about (reports) or by (profiles: long attributes of the newest record) an account, in order of id. */
export async function* accountTexts(
  ctx: ComputeContext,
  kind: TextKind,
  minLength: number,
): AsyncGenerator<AccountText> {
  const statement = ctx.db
    .prepare(
      kind === 'reports'
        ? `SELECT id, account_id, text FROM report WHERE id > ? AND ${READY}
             AND account_id IN (SELECT id FROM ready_account) ORDER BY id LIMIT ${PAGE_ROWS}`
        : `SELECT r.id, r.account_id, r.attributes FROM account_record r
           WHERE r.id > ? AND r.attributes <> '{}' AND r.${READY} AND ${NEWEST} ORDER BY r.id LIMIT ${PAGE_ROWS}`,
    )
    .raw(true)
  for (let last = -1; ;) {
    const rows = statement.all(last) as [number, number, string][]
    for (const [ref, owner, content] of rows) {
      const texts = kind === 'reports' ? [content] : profileTexts(content, minLength)
      for (const text of texts) yield { owner, text, ref }
    }
    await ctx.checkpoint()
    if (rows.length < PAGE_ROWS) return
    last = rows[rows.length - 1][0]
  }
}

/** The texts of one account. */
export function textsOf(ctx: ComputeContext, kind: TextKind, account: number, minLength: number): string[] {
  if (kind === 'reports')
    return ctx.db
      .prepare(`SELECT text FROM report WHERE account_id = ? AND ${READY} ORDER BY id`)
      .pluck()
      .all(account) as string[]
  const attributes = ctx.db
    .prepare(
      `SELECT attributes FROM account_record WHERE account_id = ? AND ${READY} ORDER BY id DESC LIMIT 1`,
    )
    .pluck()
    .get(account) as string | undefined
  return attributes === undefined ? [] : profileTexts(attributes, minLength)
}
