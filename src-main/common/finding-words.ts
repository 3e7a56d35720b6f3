/**
 * The sentences of the validation lab's verdict, in the reader's language. One place for the app, the model card and
 * the evidence pack. Placeholders: {name} as it is (numbers grouped), {name%} a share as a percentage, {name.2} with
 * two digits; {feature} and {family} go through the caller's words for names.
 */
export const VALIDATION_LANGUAGES = ['en', 'zh-CN'] as const
export type ValidationLanguage = (typeof VALIDATION_LANGUAGES)[number]
type Words = Readonly<Record<ValidationLanguage, string>>

export const FINDING_WORDS = {
  // Labels
  labels_enough: {
    en: 'There are enough labels to judge by: {malicious} malicious and {benign} benign accounts.',
    'zh-CN': '标签足以作出判断：{malicious} 个恶意账号，{benign} 个正常账号。',
  },
  labels_few: {
    en: 'There are few labels: {malicious} malicious and {benign} benign. Every number here is rough until there are {needed} of each.',
    'zh-CN':
      '标签偏少：恶意 {malicious} 个，正常 {benign} 个。两类各有 {needed} 个之前，这里的数字都只是粗略值。',
  },
  simulated: {
    en: 'The accounts are simulated. Nothing here says how well it would work on real ones.',
    'zh-CN': '这些账号是模拟的。这里的结果不能说明在真实账号上的效果。',
  },
  // Does it find them?
  skill_good: {
    en: 'It finds likely malicious accounts: given one malicious and one benign account that it has not seen, it ranks the malicious one higher {auroc%} of the time. Of the first {reviews} to review {precision%} are malicious; picked blindly it would be {base%}.',
    'zh-CN':
      '能找出疑似恶意账号：面对没见过的一个恶意账号和一个正常账号，有 {auroc%} 的情况把恶意账号排在前面。最先复核的 {reviews} 个中 {precision%} 为恶意；随机挑选则为 {base%}。',
  },
  skill_weak: {
    en: 'It finds likely malicious accounts only a little better than chance: it ranks a malicious account above a benign one {auroc%} of the time (chance: 50%). Of the first {reviews} to review {precision%} are malicious; picked blindly it would be {base%}.',
    'zh-CN':
      '找出疑似恶意账号的能力只略好于随机：把恶意账号排在正常账号前面的情况占 {auroc%}（随机为 50%）。最先复核的 {reviews} 个中 {precision%} 为恶意；随机挑选则为 {base%}。',
  },
  skill_none: {
    en: 'It cannot tell malicious from benign accounts: on accounts that it has not seen it is no better than chance ({auroc%}, 95% interval {low%} to {high%}; chance is 50%). The labels may be wrong, or nothing in the export goes with them.',
    'zh-CN':
      '分不清恶意与正常账号：在没见过的账号上不比随机好（{auroc%}，95% 区间 {low%} 至 {high%}；随机为 50%）。可能是标签有误，也可能是导出数据中没有与标签相关的内容。',
  },
  communities_hold: {
    en: 'It also finds malicious accounts in communities of which it saw no account in training.',
    'zh-CN': '对于训练时完全没见过的社群，它同样能找出其中的恶意账号。',
  },
  communities_worse: {
    en: 'It is much weaker in communities of which it saw no account in training: average precision falls from {random.2} to {held.2}. It recognises known groups better than it would a new one.',
    'zh-CN':
      '对训练时没见过的社群，它明显变弱：平均精度从 {random.2} 降到 {held.2}。它更擅长认出已知团伙，而不是新团伙。',
  },
  communities_none: {
    en: 'Whole communities could not be held out: {why}.',
    'zh-CN': '无法按整个社群留出测试：{why}。',
  },
  time_holds: {
    en: 'Trained on earlier accounts it also finds malicious ones among later accounts.',
    'zh-CN': '用较早的账号训练后，它同样能在较晚的账号中找出恶意账号。',
  },
  time_worse: {
    en: 'Trained on earlier accounts it is much weaker on later ones: average precision falls from {random.2} to {held.2}. Expect less of it on new accounts than the other numbers say.',
    'zh-CN':
      '用较早的账号训练后，它在较晚的账号上明显变弱：平均精度从 {random.2} 降到 {held.2}。对新账号，效果会不及其他数字所示。',
  },
  time_none: {
    en: 'It could not be tested on later accounts: {why}.',
    'zh-CN': '无法用较晚的账号测试：{why}。',
  },
  // The graph
  graph_adds: {
    en: 'Who an account is tied to helps: average precision is {with.2} with the graph and {without.2} with the accounts’ own facts alone.',
    'zh-CN': '账号之间的联系有帮助：使用图时平均精度为 {with.2}，仅用账号自身资料时为 {without.2}。',
  },
  graph_adds_nothing: {
    en: 'Who an account is tied to adds nothing that can be shown: average precision is {with.2} with the graph and {without.2} with the accounts’ own facts alone.',
    'zh-CN':
      '看不出账号之间的联系带来了什么：使用图时平均精度为 {with.2}，仅用账号自身资料时为 {without.2}。',
  },
  // Probabilities
  calibrated: {
    en: 'Among the labelled accounts its probabilities can be read as they are: they are off by {ece.2} on average (of 1).',
    'zh-CN': '在已标注的账号中，它给出的概率可以直接采信：平均偏差为 {ece.2}（满值为 1）。',
  },
  calibration_unsure: {
    en: 'With so few labels its probabilities cannot be told from true ones: they are off by {ece.2} on average, and true ones would be by up to {chance.2}.',
    'zh-CN':
      '标签太少，无法判断它的概率是否准确：平均偏差为 {ece.2}，而完全准确的概率也可能偏差到 {chance.2}。',
  },
  overconfident: {
    en: 'It is surer than it should be: its probabilities are off by {ece.2} on average. After correction they are off by {after.2}; read the corrected ones.',
    'zh-CN': '它过于自信：概率平均偏差为 {ece.2}。校正后为 {after.2}；请以校正后的概率为准。',
  },
  underconfident: {
    en: 'It is less sure than it could be: its probabilities are off by {ece.2} on average. After correction they are off by {after.2}; read the corrected ones.',
    'zh-CN': '它过于保守：概率平均偏差为 {ece.2}。校正后为 {after.2}；请以校正后的概率为准。',
  },
  miscalibrated: {
    en: 'Its probabilities are off by {ece.2} on average. After correction they are off by {after.2}; read the corrected ones.',
    'zh-CN': '它的概率平均偏差为 {ece.2}。校正后为 {after.2}；请以校正后的概率为准。',
  },
  correction_useless: {
    en: 'Its probabilities are off by {ece.2} on average, and correction does not help ({after.2}). Take them as rough.',
    'zh-CN': '它的概率平均偏差为 {ece.2}，校正后仍为 {after.2}，没有改善。请只把它们当作粗略参考。',
  },
  calibration_poor: {
    en: 'Its probabilities stay off by {after.2} on average even after correction. Use the order of the accounts, not the numbers.',
    'zh-CN': '即使校正后，它的概率平均仍偏差 {after.2}。请只用账号的先后次序，不要用具体数值。',
  },
  no_probabilities: {
    en: 'This scorer ranks accounts and gives no probabilities.',
    'zh-CN': '该评分方法只给出排序，不给出概率。',
  },
  prior_given: {
    en: 'You expect {prior%} of all accounts to be malicious; among the labelled it is {trainPrior%}. A score of 0.90 among the labelled means {shifted%} among all accounts.',
    'zh-CN':
      '你预计全部账号中恶意占 {prior%}；已标注账号中为 {trainPrior%}。在已标注账号中 0.90 的评分，放到全部账号中相当于 {shifted%}。',
  },
  prior_estimated: {
    en: 'Among the labelled {trainPrior%} are malicious; among the accounts without a label it is more like {prior%}. A score of 0.90 among the labelled means about {shifted%} among those.',
    'zh-CN':
      '已标注账号中恶意占 {trainPrior%}；未标注账号中估计约为 {prior%}。在已标注账号中 0.90 的评分，放到未标注账号中约为 {shifted%}。',
  },
  // Drift
  drift_none: {
    en: 'The newest accounts look like the earlier ones.',
    'zh-CN': '最新账号与较早的账号没有明显差别。',
  },
  drift_features: {
    en: '{count} of {features} facts about the newest accounts look different from the earlier ones, most of all {feature} (PSI {psi.2}; above 0.25 is large).',
    'zh-CN':
      '最新账号在 {features} 项资料中有 {count} 项与较早账号不同，差别最大的是 {feature}（PSI {psi.2}；超过 0.25 为大）。',
  },
  drift_score: {
    en: 'The scores of the newest accounts are spread differently from the earlier ones (PSI {psi.2}; above 0.25 is large). Label some of the newest and train again before leaning on their scores.',
    'zh-CN':
      '最新账号的评分分布与较早账号不同（PSI {psi.2}；超过 0.25 为大）。请先标注一些最新账号并重新训练，再依赖其评分。',
  },
  drift_unknown: {
    en: 'Whether the newest accounts differ from earlier ones could not be checked: {why}.',
    'zh-CN': '无法检查最新账号是否与较早账号不同：{why}。',
  },
  // Leakage
  leak_feature: {
    en: 'One fact makes nearly the whole result: without {feature} average precision falls from {with.2} to {without.2}. Check how it was recorded; it may be a trace of the decision that it is meant to predict.',
    'zh-CN':
      '几乎全部效果来自一项资料：去掉 {feature} 后平均精度从 {with.2} 降到 {without.2}。请核实其来源；它可能正是待预测结论留下的痕迹。',
  },
  leak_alone: {
    en: '{feature} alone tells malicious from benign {auroc%} of the time. That is too good to be a coincidence: check whether it was filled in after the decision.',
    'zh-CN':
      '仅凭 {feature} 就有 {auroc%} 的把握分清恶意与正常。这好得不寻常：请核实它是否在作出结论之后才填入。',
  },
  feature_carries: {
    en: 'Much of the result rests on one fact: without {feature} average precision falls from {with.2} to {without.2}.',
    'zh-CN': '效果很大程度上依赖一项资料：去掉 {feature} 后平均精度从 {with.2} 降到 {without.2}。',
  },
  feature_strong: {
    en: '{feature} alone tells malicious from benign {auroc%} of the time. Make sure that it was known before the decision.',
    'zh-CN': '仅凭 {feature} 就有 {auroc%} 的把握分清恶意与正常。请确认它在作出结论之前就已存在。',
  },
  labels_carry: {
    en: 'Much of the result comes from labelled accounts nearby: without them average precision falls from {with.2} to {without.2}. Far from known cases it knows less.',
    'zh-CN':
      '效果很大程度上来自附近已标注的账号：没有它们时平均精度从 {with.2} 降到 {without.2}。离已知案例越远，它知道的越少。',
  },
  leak_none: {
    en: 'No single fact gives the answer away.',
    'zh-CN': '没有哪一项资料单独泄露答案。',
  },
  leak_shuffled: {
    en: 'Trained on shuffled labels it should know nothing, yet it still ranks malicious above benign accounts {auroc%} of the time (95% interval {low%} to {high%}). The answers reach it by some other way; no number here can be trusted.',
    'zh-CN':
      '用打乱的标签训练后它本应一无所知，却仍有 {auroc%} 的情况把恶意账号排在前面（95% 区间 {low%} 至 {high%}）。答案经其他途径传了进来；这里的数字都不可信。',
  },
  shuffled_fine: {
    en: 'Trained on shuffled labels it knows nothing, as it should.',
    'zh-CN': '用打乱的标签训练后它一无所知，符合预期。',
  },
  after_label: {
    en: 'It uses facts from after the decision: {share%} of the labelled accounts have facts dated after their label ({family}), and without these average precision falls from {with.2} to {without.2}. On accounts that nobody has decided on it will do worse.',
    'zh-CN':
      '它用到了作出结论之后的资料：{share%} 的已标注账号有晚于标注的资料（{family}），去掉这些后平均精度从 {with.2} 降到 {without.2}。对尚无结论的账号，效果会更差。',
  },
  after_label_harmless: {
    en: '{share%} of the labelled accounts have facts dated after their label ({family}), but the result does not rest on that (average precision {with.2} with and {without.2} without).',
    'zh-CN':
      '{share%} 的已标注账号有晚于标注的资料（{family}），但效果并不依赖于此（平均精度：使用时 {with.2}，不使用时 {without.2}）。',
  },
  after_label_unmeasured: {
    en: '{share%} of the labelled accounts have facts dated after their label ({family}). What that does to the result could not be measured: {why}.',
    'zh-CN': '{share%} 的已标注账号有晚于标注的资料（{family}）。其影响无法测量：{why}。',
  },
  after_label_none: {
    en: 'No facts are dated after the label of their account.',
    'zh-CN': '没有晚于账号标注时间的资料。',
  },
  label_times_unknown: {
    en: 'The labels have no times, so facts from after a decision cannot be told from those before it.',
    'zh-CN': '标签没有时间，无法区分资料产生于作出结论之前还是之后。',
  },
  // Labels that may be wrong
  labels_doubtful: {
    en: '{count} of {checked} labels may be wrong (up to {rate%} of them). Look at the listed ones again, the likeliest first.',
    'zh-CN': '{checked} 个标签中有 {count} 个可能有误（至多约占 {rate%}）。请从最可疑的开始复查所列标签。',
  },
  labels_some_doubtful: {
    en: '{count} of {checked} labels may be worth a second look.',
    'zh-CN': '{checked} 个标签中有 {count} 个值得再看一眼。',
  },
  labels_consistent: {
    en: 'The {checked} labels agree with each other.',
    'zh-CN': '{checked} 个标签彼此一致。',
  },
  // Camouflage
  camouflage_edges: {
    en: 'It can be evaded by changing ties: when malicious accounts move {share%} of their ties to others at random, average precision falls from {before.2} to {after.2}.',
    'zh-CN':
      '改变联系就能躲过它：恶意账号把 {share%} 的联系随机换给他人时，平均精度从 {before.2} 降到 {after.2}。',
  },
  camouflage_facts: {
    en: 'It can be evaded by imitation: when malicious accounts copy {share%} of their facts from benign ones, average precision falls from {before.2} to {after.2}.',
    'zh-CN': '模仿正常账号就能躲过它：恶意账号照抄 {share%} 的资料时，平均精度从 {before.2} 降到 {after.2}。',
  },
  camouflage_holds: {
    en: 'Half-hearted camouflage does not defeat it: with half of the ties moved or half of the facts copied it keeps most of what it finds.',
    'zh-CN': '半吊子的伪装难不倒它：一半联系被更换或一半资料被照抄时，仍能找出大部分。',
  },
  camouflage_untested: {
    en: 'How it stands up to camouflage could not be measured: {why}.',
    'zh-CN': '无法测量它对伪装的抵抗力：{why}。',
  },
  // Replay
  replay_good: {
    en: 'Replayed over time with what was known then, it would have flagged {flagged} new accounts, {caught} of them since found malicious and {falseAlarms} benign; it would have missed {missed}.',
    'zh-CN':
      '按当时已知的信息逐期重演，它会标出 {flagged} 个新账号，其中 {caught} 个后来确认恶意，{falseAlarms} 个正常；会漏掉 {missed} 个。',
  },
  replay_poor: {
    en: 'Replayed over time with what was known then, it would have helped little: of {flagged} new accounts flagged {caught} were since found malicious and {falseAlarms} benign; it would have missed {missed}.',
    'zh-CN':
      '按当时已知的信息逐期重演，它的帮助不大：标出的 {flagged} 个新账号中 {caught} 个后来确认恶意，{falseAlarms} 个正常；会漏掉 {missed} 个。',
  },
  replay_none: {
    en: 'It could not be replayed over time: {why}.',
    'zh-CN': '无法按时间重演：{why}。',
  },
} as const satisfies Record<string, Words>

export type FindingCode = keyof typeof FINDING_WORDS

/** Why something was not measured: values of the parameter `why`. */
export const WHY_WORDS = {
  nothing_dated: { en: 'nothing in the export says when', 'zh-CN': '导出数据中没有时间' },
  labels_too_few: { en: 'too few labels on either side', 'zh-CN': '两侧标签过少' },
  no_communities: { en: 'communities have not been found yet', 'zh-CN': '尚未发现社群' },
  one_export: {
    en: 'there is one export and its accounts are not dated',
    'zh-CN': '只有一次导出，且账号没有时间',
  },
  too_few_accounts: { en: 'too few accounts on either side', 'zh-CN': '两侧账号过少' },
  no_edges: { en: 'the malicious accounts have no ties', 'zh-CN': '恶意账号没有任何联系' },
  too_large: { en: 'the graph is too large for it here', 'zh-CN': '图过大，此处无法进行' },
} as const satisfies Record<string, Words>
export type WhyCode = keyof typeof WHY_WORDS

/** Words for names of features and families that a sentence mentions; what is not known stays as it is. */
export type NameWords = (kind: 'feature' | 'family', name: string) => string

const grouped = new Map<string, Intl.NumberFormat>()
function format(value: number, language: ValidationLanguage, digits: number, percent: boolean): string {
  const key = `${language} ${digits} ${percent}`
  let found = grouped.get(key)
  if (found === undefined) {
    found = new Intl.NumberFormat(language, {
      style: percent ? 'percent' : 'decimal',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    })
    grouped.set(key, found)
  }
  return found.format(value)
}

/** A share as a percentage, with a digit where a whole number would be 0 or 100 without being so. */
export function percentWords(share: number, language: ValidationLanguage): string {
  const near = share > 0 && share < 1 && (share < 0.1 || share > 0.99)
  return format(share, language, near ? 1 : 0, true)
}

/** One finding as a sentence. An unknown code is its own sentence: reports of newer versions stay readable. */
export function findingSentence(
  finding: { code: string; params: Readonly<Record<string, string | number>> },
  language: ValidationLanguage,
  names: NameWords = (_kind, name) => name,
): string {
  if (!Object.hasOwn(FINDING_WORDS, finding.code)) return finding.code
  const template = FINDING_WORDS[finding.code as FindingCode][language]
  return template.replace(/\{(\w+)(%|\.\d)?\}/g, (all, name: string, how: string | undefined) => {
    const value = finding.params[name]
    if (value === undefined) return all
    if (name === 'feature' || name === 'family') return names(name, String(value))
    if (name === 'why' && Object.hasOwn(WHY_WORDS, value)) return WHY_WORDS[value as WhyCode][language]
    if (typeof value === 'string') return value
    if (how === '%') return percentWords(value, language)
    return format(value, language, how === undefined ? 0 : Number(how.slice(1)), false)
  })
}
