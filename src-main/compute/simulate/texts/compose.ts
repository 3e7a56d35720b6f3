import type { Rng } from '../rng.ts'
import { type Scheme, SCHEMES } from '../world.ts'
import { EN, type Fragments, MIXED, type Topic, ZH } from './complaints.ts'
import { copyOfScript, hurriedTyping } from './mutate.ts'
import { SCHEME_SCRIPTS, SPAM_SCRIPTS } from './scripts.ts'
import { EN_SLOTS, fill, ZH_SLOTS } from './slots.ts'

export const CATEGORIES = ['normal', 'spam', 'scam', 'abuse'] as const
export type Category = (typeof CATEGORIES)[number]
export type Tongue = 'zh' | 'en' | 'mixed'

const TOPICS: readonly Topic[] = [...SCHEMES, 'taken', 'any', 'any']

/** The script of a ring: the same for every member, drawn from the ring's own numbers. */
export function ringScript(kind: 'spam' | 'scam', scheme: Scheme, tongue: 'zh' | 'en', rng: Rng): string {
  const pool = kind === 'spam' ? SPAM_SCRIPTS : SCHEME_SCRIPTS[scheme]
  return fill(rng.pick(pool[tongue]), tongue === 'zh' ? ZH_SLOTS : EN_SLOTS, rng)
}

/** What a report is about: the script that the account was sending, and the scheme it belongs to. */
export interface Subject {
  script: string | undefined
  /** undefined: any scam, for suspicions that are wrong. */
  topic: Topic | undefined
}

/**
 * The text of a report. Whoever reports spam or a scam quotes the script now and then, or pastes it and nothing else.
 */
export function complaint(category: Category, tongue: Tongue, subject: Subject, rng: Rng): string {
  const fragments: Fragments = tongue === 'zh' ? ZH : tongue === 'en' ? EN : MIXED
  const slots = tongue === 'en' ? EN_SLOTS : ZH_SLOTS
  const say = (pool: readonly string[]): string => fill(rng.pick(pool), slots, rng)
  const { script } = subject
  const x = rng.next()
  const quotable = script !== undefined && (category === 'spam' || category === 'scam')
  if (quotable && x < 0.1) return hurriedTyping(copyOfScript(script, rng), rng)
  const quotes = quotable && x < 0.42

  const mild = category === 'normal'
  const first =
    quotes && rng.chance(0.6) ? rng.pick(fragments.seen[category]) : bodyOf(fragments, category, subject, rng)
  let text = say(mild ? fragments.mildOpen : fragments.open) + fill(first, slots, rng)
  if (!mild && rng.chance(0.12)) {
    const second = bodyOf(fragments, category, subject, rng)
    if (second !== first) text += (tongue === 'en' ? '. ' : '，') + fill(second, slots, rng)
  }
  text = hurriedTyping(text, rng)
  if (quotes) {
    const gap = rng.chance(0.2) ? '\n' : tongue === 'en' ? '. ' : '。'
    const copy = copyOfScript(script, rng)
    const mark = rng.next()
    text += `${gap}${say(fragments.quote)}${mark < 0.4 ? `"${copy}"` : mark < 0.7 ? `「${copy}」` : copy}`
  }
  const close = say(mild ? fragments.mildEnd : fragments.end)
  // "?, please" and "!." are not how people stop.
  return (/[？！。?!.…]$/.test(text) ? text + close.replace(/^[，。.,]\s*/, '') : text + close).trim()
}

function bodyOf(fragments: Fragments, category: Category, subject: Subject, rng: Rng): string {
  if (category !== 'scam') return rng.pick(fragments[category])
  const topic = subject.topic ?? rng.pick(TOPICS)
  return rng.pick(fragments.scam[rng.chance(0.2) ? 'any' : topic])
}
