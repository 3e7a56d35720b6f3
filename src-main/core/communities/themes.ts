import type { Database } from 'better-sqlite3'
import type { TellingWord, Themes } from '../../common/contract/pages.ts'
import { newestRuns } from '../workspace/queries.ts'

/** Reports of others that are read to know what is usual: evenly spread over all of them. */
const BACKGROUND = 20_000
/** Reports of one community that are read. */
const OWN = 5_000
/** With fewer reports of others nothing can be said of what is usual. */
const FEWEST = 10
/** Below this z a word is not called telling. */
export const TELLING_Z = 1.96
/** Strength of the prior, in reports (Monroe et al. 2008: α₀). */
const PRIOR = 50

const chinese = new Intl.Segmenter('zh', { granularity: 'word' })
const HAN = /\p{Script=Han}/u
const ENGLISH = /[\p{Script=Latin}][\p{Script=Latin}'’]{2,}/gu
/** Function words say how people write, not what about. */
const STOP = new Set(
  `the and for that this with you your was are but not have has had they them their his her she him from what when who
   will would can could all any been were did does just then than there here about into over out our its it's i'm don't
   got get one too very also me my we us some more other after before because still even only now how why which`
    .split(/\s+/)
    .concat(
      '的 了 是 我 你 他 她 它 们 我们 你们 他们 在 有 和 就 都 也 不 这 那 这个 那个 一个 人 说 要 会 到 去 上 下 给 让 被 把 对 很 还 又 再 着 过 吗 呢 吧 啊 没 没有 什么 怎么 自己 因为 所以 但是 如果 然后 已经 可以 一直 还有 就是'.split(
        ' ',
      ),
    ),
)

/** The distinct words of a text: Latin words of three letters and more in lower case, Chinese words of two characters and more. */
export function wordsOf(text: string): Map<string, 'zh' | 'en'> {
  const words = new Map<string, 'zh' | 'en'>()
  for (const [word] of text.matchAll(ENGLISH)) {
    const lower = word.toLowerCase().replaceAll('’', "'")
    if (!STOP.has(lower)) words.set(lower, 'en')
  }
  if (HAN.test(text))
    for (const { segment, isWordLike } of chinese.segment(text))
      if (isWordLike && HAN.test(segment) && [...segment].length >= 2 && !STOP.has(segment))
        words.set(segment, 'zh')
  return words
}

export interface Counted {
  reports: number
  /** In how many reports each word stands. */
  counts: Map<string, number>
}

/**
 * Words that stand in more reports of a group than of everybody else: z of the log-odds ratio with the words' overall
 * frequency as prior (Monroe, Colaresi & Quinn 2008, "Fightin' Words"), counted once per report so that one long
 * complaint doesn't make a theme. Only words in at least two of the group's reports and with z ≥ 1.96; strongest first.
 */
export function tellingWords(
  own: Counted,
  others: Counted,
  least = 2,
): { word: string; inside: number; outside: number; z: number }[] {
  const all = own.reports + others.reports
  const found = []
  for (const [word, inside] of own.counts) {
    if (inside < least) continue
    const outside = others.counts.get(word) ?? 0
    const prior = (PRIOR * (inside + outside)) / all
    const odds = (count: number, reports: number) => (count + prior) / (reports + PRIOR - count - prior)
    const ratio = Math.log(odds(inside, own.reports)) - Math.log(odds(outside, others.reports))
    const z = ratio / Math.sqrt(1 / (inside + prior) + 1 / (outside + prior))
    if (z >= TELLING_Z) found.push({ word, inside, outside, z })
  }
  return found.sort((x, y) => y.z - x.z || x.word.localeCompare(y.word))
}

interface Background extends Counted {
  /** Every so many-th report was read: those whose id it divides. */
  step: number
}
const backgrounds = new WeakMap<Database, { key: string; counted: Promise<Background> }>()

/** Words of an even spread of all reports, counted once until files bring more. */
function background(db: Database): Promise<Background> {
  const [total, newest] = db.prepare('SELECT count(*), max(id) FROM report').raw().get() as [number, number]
  const key = `${total} ${newest}`
  const kept = backgrounds.get(db)
  if (kept?.key === key) return kept.counted
  const step = Math.max(1, Math.ceil(total / BACKGROUND))
  const texts = db
    .prepare(
      `SELECT text FROM report WHERE id % ? = 0 AND source_id IN (SELECT id FROM ready_source) ORDER BY id`,
    )
    .pluck()
  const counted = (async () => {
    const result: Background = { reports: 0, counts: new Map(), step }
    for (const text of texts.all(step) as string[]) {
      count(result, text)
      // Let other calls in: segmenting takes a second for 20,000 texts.
      if ((result.reports & 255) === 255) await new Promise((resolve) => setImmediate(resolve))
    }
    return result
  })()
  backgrounds.set(db, { key, counted })
  counted.catch(() => backgrounds.delete(db))
  return counted
}

function count(into: Counted, text: string): Map<string, 'zh' | 'en'> {
  const words = wordsOf(text)
  into.reports++
  for (const word of words.keys()) into.counts.set(word, (into.counts.get(word) ?? 0) + 1)
  return words
}

/** What a community's reports talk about more than others do. */
export async function themesOf(db: Database, id: number, limit: number): Promise<Themes> {
  const run = newestRuns(db).communities ?? -1
  const reports = db
    .prepare(
      `SELECT r.id, r.text FROM community_member m JOIN report r ON r.account_id = m.account_id
       WHERE m.run_id = ? AND m.community_id = ? AND r.source_id IN (SELECT id FROM ready_source)
       ORDER BY r.id LIMIT ?`,
    )
    .raw()
    .all(run, id, OWN) as [number, string][]
  if (reports.length === 0) return { reports: 0, compared: 0, words: [] }
  const everybody = await background(db)
  const own: Counted = { reports: 0, counts: new Map() }
  // Those of the community's reports that are among everybody's.
  const among: Counted = { reports: 0, counts: new Map() }
  const seen = new Map<string, { language: 'zh' | 'en'; reportId: number }>()
  for (const [reportId, text] of reports) {
    const words = count(own, text)
    if (reportId % everybody.step === 0) {
      among.reports++
      for (const word of words.keys()) among.counts.set(word, (among.counts.get(word) ?? 0) + 1)
    }
    for (const [word, language] of words) if (!seen.has(word)) seen.set(word, { language, reportId })
  }
  const others: Counted = {
    reports: everybody.reports - among.reports,
    counts: new Map(
      [...own.counts.keys()].map((word) => [
        word,
        (everybody.counts.get(word) ?? 0) - (among.counts.get(word) ?? 0),
      ]),
    ),
  }
  if (others.reports < FEWEST) return { reports: own.reports, compared: others.reports, words: [] }
  const words = tellingWords(own, others)
    .slice(0, limit)
    .map((w): TellingWord => ({ ...w, ...seen.get(w.word)! }))
  return { reports: own.reports, compared: others.reports, words }
}
