import type { Finding, ValidationReport } from './contract/lab.ts'
import type { Estimate } from './contract/learning.ts'
import { findingSentence, percentWords, type NameWords, type ValidationLanguage } from './finding-words.ts'

type Words = Readonly<Record<ValidationLanguage, string>>

/** What the verdict comes to, in one sentence. */
export const VERDICT_WORDS: Readonly<Record<ValidationReport['verdict']['level'], Words>> = {
  defensible: {
    en: 'A decision may lean on these scores: no check found a reason against it.',
    'zh-CN': '决定可以参考这些评分：各项检查均未发现反对的理由。',
  },
  caution: {
    en: 'A decision may lean on these scores with the reservations below.',
    'zh-CN': '决定可以参考这些评分，但须留意下列保留意见。',
  },
  not_defensible: {
    en: 'No decision should lean on these scores, for the reasons below.',
    'zh-CN': '任何决定都不应依据这些评分，理由如下。',
  },
}

const WORDS = {
  title: { en: 'Validation', 'zh-CN': '验证' },
  how: {
    en: 'Validated by Shoal on {date} (run {run}, scorer `{scorer}`, graph run {graph}), on accounts that it was not trained on.',
    'zh-CN':
      '由 Shoal 于 {date} 验证（运行 {run}，评分方法 `{scorer}`，图运行 {graph}），所用账号均未参与训练。',
  },
  stress: {
    en: 'Splits, calibration and label checks use `{scorer}`; leakage, camouflage and replay, which train many times, use `{stress}`.',
    'zh-CN': '划分测试、校准与标签检查使用 `{scorer}`；需要反复训练的泄露、伪装与重演检查使用 `{stress}`。',
  },
  against: { en: 'Reasons against', 'zh-CN': '反对的理由' },
  reserve: { en: 'Reservations', 'zh-CN': '保留意见' },
  for: { en: 'What speaks for them', 'zh-CN': '支持的理由' },
  note: { en: 'To know', 'zh-CN': '须知' },
  splits: { en: 'On accounts that it has not seen', 'zh-CN': '在没见过的账号上' },
  heldOut: { en: 'held out', 'zh-CN': '留出方式' },
  random: { en: 'at random', 'zh-CN': '随机' },
  community: { en: 'whole communities', 'zh-CN': '整个社群' },
  time: { en: 'later accounts', 'zh-CN': '较晚的账号' },
  precision: { en: 'precision at {k}', 'zh-CN': '前 {k} 精确率' },
  recall: { en: 'recall at {k}', 'zh-CN': '前 {k} 召回率' },
  base: { en: 'base rate', 'zh-CN': '基准占比' },
  interval: { en: 'Mean with 95% interval.', 'zh-CN': '均值及 95% 区间。' },
  calibration: { en: 'Probabilities', 'zh-CN': '概率' },
  calibrationLine: {
    en: 'Brier {before} before and {after} after calibration ({method}); always saying the base rate: {reference}. ECE {eceBefore} and {eceAfter}. Bad rate of the labels {train}, assumed for all accounts {prior}.',
    'zh-CN':
      'Brier 分数：校准前 {before}，校准后 {after}（{method}）；始终报基准占比时为 {reference}。ECE：{eceBefore} 与 {eceAfter}。标签中的恶意占比 {train}，对全部账号假定为 {prior}。',
  },
  leakage: { en: 'Leakage', 'zh-CN': '泄露' },
  leakageLine: {
    en: 'Average precision {full} with everything. Shuffled labels: AUROC {auroc} [{low}, {high}].',
    'zh-CN': '使用全部资料时平均精度 {full}。打乱标签：AUROC {auroc} [{low}, {high}]。',
  },
  fact: { en: 'fact', 'zh-CN': '资料' },
  alone: { en: 'AUROC alone', 'zh-CN': '单独 AUROC' },
  lost: { en: 'average precision lost without it', 'zh-CN': '去掉后平均精度下降' },
  camouflage: { en: 'Camouflage', 'zh-CN': '伪装' },
  share: { en: 'share changed', 'zh-CN': '更改比例' },
  rewiring: { en: 'ties moved: AUROC / AUPRC', 'zh-CN': '更换联系：AUROC / AUPRC' },
  mimicry: { en: 'facts copied: AUROC / AUPRC', 'zh-CN': '照抄资料：AUROC / AUPRC' },
  replay: { en: 'Replayed over time', 'zh-CN': '按时间重演' },
  from: { en: 'from', 'zh-CN': '起' },
  to: { en: 'to', 'zh-CN': '止' },
  trained: { en: 'labels known', 'zh-CN': '已知标签' },
  scored: { en: 'new accounts', 'zh-CN': '新账号' },
  flagged: { en: 'flagged', 'zh-CN': '标出' },
  caught: { en: 'caught', 'zh-CN': '命中' },
  falseAlarms: { en: 'false alarms', 'zh-CN': '误报' },
  missed: { en: 'missed', 'zh-CN': '漏掉' },
} as const satisfies Record<string, Words>

const three = (value: number): string => (Number.isFinite(value) ? value.toFixed(3) : '–')
const range = ({ mean, low, high }: Estimate): string => `${three(mean)} [${three(low)}, ${three(high)}]`
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
/** Names come from the export: nothing in them may act as Markdown or HTML. */
const plain = (text: string): string => text.replace(/[\\`*_[\]<>|#]/g, (c) => `\\${c}`).replace(/\s+/g, ' ')
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

/**
 * A validation report as Markdown, headings from level 2: verdict, every finding, and the numbers that they rest on.
 * For the model's card and the evidence pack. Without accounts: lists of these stay in the app. `names` gives words
 * for features and families; without it they stand as code.
 */
export function validationMarkdown(
  report: ValidationReport,
  language: ValidationLanguage,
  names?: NameWords,
): string {
  const w = (key: keyof typeof WORDS, values: Record<string, string | number> = {}): string =>
    WORDS[key][language].replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all))
  const called: NameWords = (kind, name) =>
    names === undefined ? `\`${name.replace(/[`|\s]+/g, ' ')}\`` : plain(names(kind, name))
  const blocks: string[] = [
    `## ${w('title')}`,
    `**${VERDICT_WORDS[report.verdict.level][language]}**`,
    w('how', {
      date: day(report.startedAt),
      run: report.runId,
      scorer: report.scorer,
      graph: report.graphRunId,
    }),
  ]
  if (report.stressScorer !== report.scorer)
    blocks.push(w('stress', { scorer: report.scorer, stress: report.stressScorer }))
  const groups: readonly [Finding['level'], keyof typeof WORDS][] = [
    ['bad', 'against'],
    ['warn', 'reserve'],
    ['good', 'for'],
    ['info', 'note'],
  ]
  for (const [level, title] of groups) {
    const found = report.verdict.findings.filter((f) => f.level === level)
    if (found.length > 0)
      blocks.push(`### ${w(title)}`, found.map((f) => `- ${findingSentence(f, language, called)}`).join('\n'))
  }
  const k = report.capacity
  if (report.splits.length > 0)
    blocks.push(
      `### ${w('splits')}`,
      table(
        [w('heldOut'), 'AUROC', 'AUPRC', w('precision', { k }), w('recall', { k }), w('base')],
        report.splits.map((s) => [
          w(s.protocol),
          range(s.auroc),
          range(s.auprc),
          range(s.precisionAtK),
          range(s.recallAtK),
          three(s.baseRate),
        ]),
      ),
      w('interval'),
    )
  const c = report.calibration
  if (c !== null)
    blocks.push(
      `### ${w('calibration')}`,
      w('calibrationLine', {
        before: three(c.before.brier),
        after: three(c.after.brier),
        method: c.method,
        reference: three(c.reference),
        eceBefore: three(c.before.ece),
        eceAfter: three(c.after.ece),
        train: percentWords(c.trainPrior, language),
        prior: percentWords(c.prior, language),
      }),
    )
  const { leakage } = report
  blocks.push(
    `### ${w('leakage')}`,
    w('leakageLine', {
      full: three(leakage.fullAuprc),
      auroc: three(leakage.shuffled.auroc),
      low: three(leakage.shuffled.low),
      high: three(leakage.shuffled.high),
    }),
  )
  if (leakage.features.length > 0)
    blocks.push(
      table(
        [w('fact'), w('alone'), w('lost')],
        leakage.features
          .slice(0, 10)
          .map((f) => [called('feature', f.name), three(f.auroc), three(f.dropAuprc)]),
      ),
    )
  const shares = [
    ...new Set([...report.camouflage.rewiring, ...report.camouflage.mimicry].map((p) => p.share)),
  ]
  const at = (curve: ValidationReport['camouflage']['rewiring'], share: number): string => {
    const point = curve.find((p) => p.share === share)
    return point === undefined ? '–' : `${three(point.auroc)} / ${three(point.auprc)}`
  }
  if (shares.length > 0)
    blocks.push(
      `### ${w('camouflage')}`,
      table(
        [w('share'), w('rewiring'), w('mimicry')],
        shares
          .sort((a, b) => a - b)
          .map((share) => [
            percentWords(share, language),
            at(report.camouflage.rewiring, share),
            at(report.camouflage.mimicry, share),
          ]),
      ),
    )
  if (report.replay !== null && report.replay.steps.length > 0)
    blocks.push(
      `### ${w('replay')}`,
      table(
        (['from', 'to', 'trained', 'scored', 'flagged', 'caught', 'falseAlarms', 'missed'] as const).map(
          (key) => w(key),
        ),
        report.replay.steps.map((s) => [
          day(s.from),
          day(s.to),
          ...[s.trained, s.scored, s.flagged, s.caught, s.falseAlarms, s.missed].map(String),
        ]),
      ),
    )
  return `${blocks.join('\n\n')}\n`
}
