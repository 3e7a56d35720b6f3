/** Words of label columns as exports write them; everything else is kept as it is. */
const MALICIOUS =
  '1 1.0 true t yes y fraud fraudulent malicious bad bot spam spammer abuse abuser abusive banned suspended black blacklist blacklisted ' +
  'positive scam scammer fake sybil phishing illicit laundering polluter content_polluter 是 恶意 欺诈 黑 黑产 违规 封禁 已封禁 封号 已封号 异常 作弊 诈骗 黑名单 刷单 薅羊毛 羊毛党 套现 盗号 赌博 机器人 垃圾 坏'
const BENIGN =
  '0 0.0 false f no n normal good benign legit legitimate human genuine ok clean white whitelist negative active real licit ham ' +
  '否 正常 白 白名单 合规 未封禁 未违规 良性 好 无 真实'
const MEANT = new Map([
  ...MALICIOUS.split(/\s+/).map((word) => [word, 'malicious'] as const),
  ...BENIGN.split(/\s+/).map((word) => [word, 'benign'] as const),
])

/**
 * What the words of a label column mean, by word as it stands in the file. Null: they do not look like labels that say
 * malicious or benign (at least one word of each, or one malicious word among empties, and no more than 12 words). Of
 * numbers only 1 beside 0 says so: of 1 and 2, or of 1 and -1, either is the malicious one somewhere.
 */
export function guessLabels(
  top: readonly { value: string }[],
  filled: number,
): Record<string, string> | null {
  if (top.length === 0 || top.length > 11) return null
  const numbers = top
    .filter(({ value }) => /^[+-]?\d+(?:\.\d+)?$/.test(value))
    .map(({ value }) => Number(value))
  if (numbers.includes(1) && numbers.some((n) => n !== 1) && !numbers.includes(0)) return null
  const words: Record<string, string> = {}
  const meant = new Set<string>()
  for (const { value } of top) {
    const meaning = MEANT.get(value.normalize('NFKC').toLowerCase())
    if (meaning === undefined) continue
    meant.add(meaning)
    if (meaning !== value) words[value] = meaning
  }
  const enough = meant.size === 2 || (meant.has('malicious') && (filled < 1 || top.length > 1))
  return enough ? words : null
}
