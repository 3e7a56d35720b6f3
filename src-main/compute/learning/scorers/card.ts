import type { FeatureColumn } from '../types.ts'
import type { Choices, InnerQuality } from './types.ts'

/** What the card of a trained model says. */
export interface CardFacts {
  readonly name: string
  readonly scorer: string
  readonly scorerVersion: string
  readonly simulated: boolean
  readonly malicious: number
  readonly benign: number
  /** Labels by who gave them: 'import:<source>' or an analyst. */
  readonly by: readonly { readonly who: string; readonly malicious: number; readonly benign: number }[]
  /** Date of the newest label, ms; null: none is dated. */
  readonly newest: number | null
  readonly trainedAt: number
  readonly actor: string
  readonly accounts: number
  readonly edges: number
  readonly graphRunId: number
  readonly graphSha256: string
  readonly factsSha256: string
  readonly columns: readonly FeatureColumn[]
  readonly choices: Choices
  readonly inner: InnerQuality | null
  /** Folder of the model whose choices were taken over. */
  readonly refitOf: string | null
  readonly few: boolean
  readonly seed: number
  readonly seconds: number
  readonly appVersion: string
}

const number = (value: number): string => value.toLocaleString('en-US')
const three = (value: number): string => value.toFixed(3)
const percent = (value: number): string => `${(100 * value).toFixed(1)}%`
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** card.md: what a model is, what it was trained on and how far it can be leaned on, in plain English. */
export function modelCard(facts: CardFacts): string {
  return (
    [
      `# ${facts.name}`,
      facts.simulated
        ? '**Trained on simulated accounts.** It says nothing about real ones.'
        : 'Trained on this workspace, for this workspace. On accounts of another platform it is close to guessing.',
      whatItIs(facts),
      looksAt(facts),
      trainedOn(facts),
      howGood(facts),
      threshold(facts),
      limits(facts),
      repeat(facts),
    ]
      .filter((part) => part !== null)
      .join('\n\n') + '\n'
  )
}

function whatItIs({ scorer, scorerVersion, choices, columns }: CardFacts): string {
  const rows = choices.members.map(
    (m) =>
      `| ${m.id} | ${percent(m.weight)} | ${m.columns === 'own' ? "the account's own facts" : m.columns === 'labels' ? 'labels of others' : m.columns === 'unlabelled' ? 'all but labels of others' : 'all'} |`,
  )
  const families = new Map<string, number>()
  for (const { family } of columns) families.set(family, (families.get(family) ?? 0) + 1)
  const counts = Array.from(families, ([family, count]) => `${family} ${count}`).join(', ')
  return `## What it is

The scorer \`${scorer}\` (version ${scorerVersion}): the weighted sum of these members' log-odds, calibrated to a probability.

| member | weight | looks at |
| --- | --- | --- |
${rows.join('\n')}

It reads ${number(columns.length)} columns per account (${counts}); model.json names them all. An account's label is never among what it is scored by.`
}

/** Columns that move the score most; at most so many are listed. */
const LISTED = 12

function looksAt({ choices, refitOf }: CardFacts): string | null {
  const shares = Object.entries(choices.importance ?? {}).sort((a, b) => b[1] - a[1])
  if (shares.length === 0) return null
  const rows = shares.slice(0, LISTED).map(([name, share]) => `| ${escape(name)} | ${percent(share)} |`)
  return `## What it looks at

How far each column moves the score of labelled accounts, as a share of all movement (mean size of its contributions; docs/features.md says what each column is)${refitOf === null ? '' : ', measured when the choices were made'}. Alike columns share what either could do alone, so that a small share does not prove that a column does not matter.

| column | share |
| --- | --- |
${rows.join('\n')}${shares.length > LISTED ? `\n| ${number(shares.length - LISTED)} others | ${percent(shares.slice(LISTED).reduce((sum, [, share]) => sum + share, 0))} |` : ''}`
}

function trainedOn(facts: CardFacts): string {
  const { malicious, benign, by, newest } = facts
  const rows = by.map(
    ({ who, malicious: bad, benign: good }) => `| ${escape(who)} | ${number(bad)} | ${number(good)} |`,
  )
  return `## Trained on

${number(malicious + benign)} labelled accounts${facts.simulated ? ' (simulated)' : ''} of ${number(facts.accounts)}: ${number(malicious)} malicious, ${number(benign)} benign; labels ${newest === null ? 'without dates' : `until ${day(newest)}`}.

| labels by | malicious | benign |
| --- | --- | --- |
${rows.join('\n')}
`.trimEnd()
}

/** Names come from files: no table or markup of theirs gets into the card. */
const escape = (text: string): string => text.replaceAll(/[|`*_<>[\]\r\n\\]/g, ' ').slice(0, 80)

function howGood({ inner, choices, malicious, benign, refitOf, few }: CardFacts): string {
  const base = malicious / (malicious + benign)
  if (inner === null)
    return `## How good it is

Not measured: the choices (members, weights, calibration, threshold) were taken over from \`${escape(refitOf ?? 'another model')}\` and only fitted to the labels of today. Its card says how good it was.`
  const rows = Object.entries(inner.members).map(
    ([id, alone]) => `| ${id} alone | ${three(alone.auroc)} | ${three(alone.auprc)} |`,
  )
  const range = ([low, high]: readonly [number, number]) => `[${three(low)}, ${three(high)}]`
  return `## How good it is

By ${choices.folds}-fold cross-validation inside the training labels; each account was scored by members that had not seen its label, nor had their label columns. 95% intervals by bootstrap over accounts. Members and weights were chosen on the same folds, so the first row is slightly flattering; the validation lab measures on accounts held out of everything.

| | AUROC | AUPRC (chance: ${three(base)}) |
| --- | --- | --- |
| **this model** | ${three(inner.auroc)} ${range(inner.aurocInterval)} | ${three(inner.auprc)} ${range(inner.auprcInterval)} |
${rows.join('\n')}${few ? '\n\n**Few labels**: under 50 of one kind. The models are smaller and there are fewer of them, their weights are held near an equal mean, and these numbers move a lot with every label.' : ''}`
}

function threshold({ choices }: CardFacts): string {
  const { rule, value, precision, recall } = choices.threshold
  const how =
    rule === 'capacity'
      ? 'lets as many unlabelled accounts through as can be reviewed'
      : 'has the best F1 in cross-validation'
  const found =
    precision === null || recall === null
      ? ''
      : ` Among the cross-validated accounts, ${percent(precision)} of those at or above it were malicious, and ${percent(recall)} of the malicious ones were at or above it.`
  return `## Threshold and calibration

Scores are probabilities by ${choices.calibration.method === 'isotonic' ? 'isotonic regression, drawn as a rising line' : 'Platt scaling'} on cross-validated predictions: they hold where as many accounts are malicious as among the labelled ones. The threshold ${value.toFixed(3)} ${how}.${found}`
}

function limits({ few }: CardFacts): string {
  return `## Limits

- A score is a lead, not a verdict: no account should be acted against for its score alone.
- It finds what resembles what was labelled. New kinds of misuse score low.
- Labels that say "reported" or "banned" teach it who gets reported or banned.
- Scores of accounts it was trained on are not a measure of anything: it has seen their labels.
- Calibration fades as the platform changes: look at drift in the validation lab before relying on old scores.${few ? '\n- With so few labels, treat it as a way to find the next accounts to label.' : ''}`
}

function repeat(facts: CardFacts): string {
  return `## How to repeat it

Trained ${new Date(facts.trainedAt).toISOString()} by ${escape(facts.actor)} with Shoal ${facts.appVersion} in ${facts.seconds.toFixed(1)} s; seed ${facts.seed}. Graph run ${facts.graphRunId} (${number(facts.accounts)} accounts, ${number(facts.edges)} edges, SHA-256 \`${facts.graphSha256.slice(0, 16)}…\`), facts \`${facts.factsSha256.slice(0, 16)}…\`. The same labels, graph and seed give the same model: choose "${facts.scorer}" under Train. model.json holds every setting.`
}
