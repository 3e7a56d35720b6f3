import type { Rng } from '../rng.ts'
import type { Scheme } from '../world.ts'
import { EN, type Fragments, MIXED, ZH } from './complaints.ts'
import { copyOfScript, hurriedTyping } from './mutate.ts'
import { SCHEME_SCRIPTS, SPAM_SCRIPTS } from './scripts.ts'
import { EN_SLOTS, fill, ZH_SLOTS } from './slots.ts'

export const CATEGORIES = ['normal', 'spam', 'scam', 'abuse'] as const
export type Category = (typeof CATEGORIES)[number]
export type Tongue = 'zh' | 'en' | 'mixed'

/** The script of a ring: the same for every member, drawn from the ring's own numbers. */
export function ringScript(kind: 'spam' | 'scam', scheme: Scheme, tongue: 'zh' | 'en', rng: Rng): string {
  const pool = kind === 'spam' ? SPAM_SCRIPTS : SCHEME_SCRIPTS[scheme]
  return fill(rng.pick(pool[tongue]), tongue === 'zh' ? ZH_SLOTS : EN_SLOTS, rng)
}

/**
 * The text of a report. `script` is what the reported account was sending, quoted now and then by whoever reports
 * spam or a scam.
 */
export function complaint(category: Category, tongue: Tongue, script: string | undefined, rng: Rng): string {
  const fragments: Fragments = tongue === 'zh' ? ZH : tongue === 'en' ? EN : MIXED
  const slots = tongue === 'en' ? EN_SLOTS : ZH_SLOTS
  const say = (pool: readonly string[]): string => fill(rng.pick(pool), slots, rng)
  const quotes = script !== undefined && (category === 'spam' || category === 'scam')
  const x = rng.next()
  if (quotes && x < 0.1) return hurriedTyping(copyOfScript(script, rng), rng)
  const mild = category === 'normal'
  const first = rng.pick(fragments[category])
  let text = say(mild ? fragments.mildOpen : fragments.open) + fill(first, slots, rng)
  if (!mild && rng.chance(0.12)) {
    const second = rng.pick(fragments[category])
    if (second !== first) text += (tongue === 'en' ? '. ' : '，') + fill(second, slots, rng)
  }
  text = hurriedTyping(text, rng)
  if (quotes && x < 0.42) {
    const gap = rng.chance(0.2) ? '\n' : tongue === 'en' ? '. ' : '。'
    const copy = copyOfScript(script, rng)
    const mark = rng.next()
    text += `${gap}${say(fragments.quote)}${mark < 0.4 ? `"${copy}"` : mark < 0.7 ? `「${copy}」` : copy}`
  }
  const close = say(mild ? fragments.mildEnd : fragments.end)
  // "?, please" and "!." are not how people stop.
  return (/[？！。?!.…]$/.test(text) ? text + close.replace(/^[，。.,]\s*/, '') : text + close).trim()
}
