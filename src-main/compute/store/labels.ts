import { current } from '../../common/facts/superseded.ts'
import type { ComputeContext } from '../context.ts'
import type { LabelledNodes } from '../learning/types.ts'

/** What training may learn from: one label per labelled account, when it was given and by whom. */
export interface TrainingLabels extends LabelledNodes {
  /** When the label was given, ms; NaN where the file does not say. Parallel to nodes. */
  readonly at: Float64Array
  /** 'import:<source>' or the analyst's name; parallel to nodes. */
  readonly by: readonly string[]
}

/**
 * Labels of the graph's accounts in the order of nodes. An analyst's newest standing judgement 'malicious' or 'benign'
 * wins over the newest label of the files; an analyst's 'unsure' takes the account out of training. Of file labels the
 * newest wins (undated ones first, then in order of import; what a later export states anew replaces what the
 * same source said before); words other than malicious and benign are no labels.
 */
export function trainingLabels(ctx: Pick<ComputeContext, 'db'>, accountIds: Uint32Array): TrainingLabels {
  const found = new Map<number, { y: number; at: number; by: string }>()
  const labels = ctx.db
    .prepare(
      `SELECT account_id, label, label_source, ts FROM label
       WHERE source_id IN (SELECT id FROM ready_source) AND label IN ('malicious', 'benign')
         ${current(ctx.db, 'label')} ORDER BY account_id, ts, id`,
    )
    .raw()
    .iterate() as IterableIterator<[number, string, string | null, number | null]>
  for (const [account, label, source, ts] of labels)
    found.set(account, { y: label === 'malicious' ? 1 : 0, at: ts ?? NaN, by: `import:${source ?? ''}` })
  const judgements = ctx.db
    .prepare(
      `SELECT target, verdict, created_by, created_at FROM judgement
       WHERE target_kind = 'account' AND retracted_at IS NULL ORDER BY target, id`,
    )
    .raw()
    .iterate() as IterableIterator<[number, string, string, number]>
  for (const [account, verdict, by, at] of judgements) {
    if (verdict === 'unsure') found.delete(account)
    else found.set(account, { y: verdict === 'benign' ? 0 : 1, at, by })
  }
  const nodes: number[] = []
  accountIds.forEach((account, u) => {
    if (found.has(account)) nodes.push(u)
  })
  const of = nodes.map((u) => found.get(accountIds[u])!)
  return {
    nodes: Uint32Array.from(nodes),
    y: Uint8Array.from(of, (l) => l.y),
    at: Float64Array.from(of, (l) => l.at),
    by: of.map((l) => l.by),
  }
}

/** 'No account has a label', with what labels there are that say neither malicious nor benign, most frequent first. */
export function noLabels(ctx: Pick<ComputeContext, 'db'>): string {
  const others = ctx.db
    .prepare(
      `SELECT label, count(*) AS rows FROM label
       WHERE source_id IN (SELECT id FROM ready_source) AND label NOT IN ('malicious', 'benign')
       GROUP BY label ORDER BY count(*) DESC, label LIMIT 5`,
    )
    .all() as { label: string; rows: number }[]
  if (others.length === 0)
    return 'No account has a label. Import a labels.csv with account_id and label (malicious or benign), or label accounts in the app.'
  const found = others.map(({ label, rows }) => `${label} (${rows})`).join(', ')
  return `No account has a label that says malicious or benign; there are ${found}. Write malicious or benign in labels.csv and import it again.`
}
