import { CITIES } from '../places.ts'
import { Rng, streamOf } from '../rng.ts'
import { FIRST_MALICIOUS, ROLE, type World } from '../world.ts'
import { EN_BIOS, EN_FIRST, EN_LAST, EN_NICKS, ZH_BIOS, ZH_GIVEN, ZH_NICKS, ZH_SURNAMES } from './bios.ts'
import { ringScript } from './compose.ts'
import { copyOfScript } from './mutate.ts'
import { BRANDS, MARKETING_SCRIPTS } from './scripts.ts'
import { EN_SLOTS, fill, ZH_SLOTS } from './slots.ts'

const SCRIPT = streamOf('script')
const own = new Rng()

/** Does the account write Chinese? Decided by its city and its own number. */
export function writesChinese(world: World, i: number): boolean {
  return own.reset(world.seed, SCRIPT, ~i).next() < CITIES[world.city[i]].chinese
}

/** Does its ring send advertisements, and not a scam? */
export function advertises(world: World, i: number): boolean {
  const index = world.ring[i]
  const { kind } = world.rings[index]
  return kind === 'spam' || kind === 'farm' || (kind === 'sleeper' && index % 2 === 0)
}

/** What the ring of a malicious account copies, before mutation. Large rings keep two scripts. */
export function scriptOf(world: World, i: number): string {
  const index = world.ring[i]
  const ring = world.rings[index]
  const variant = ring.size > 20 && own.reset(world.seed, SCRIPT, i).chance(0.4) ? 1 : 0
  const english = ring.tongue === 1 || (ring.tongue === 2 && variant === 1)
  own.reset(world.seed, SCRIPT, index * 2 + variant + 0x10000000)
  return ringScript(advertises(world, i) ? 'spam' : 'scam', ring.scheme, english ? 'en' : 'zh', own)
}

export function displayName(chinese: boolean, rng: Rng): string {
  const x = rng.next()
  if (chinese) {
    if (x < 0.34)
      return rng.pick(ZH_SURNAMES) + rng.pick(ZH_GIVEN) + (rng.chance(0.6) ? rng.pick(ZH_GIVEN) : '')
    if (x < 0.7) return rng.pick(ZH_NICKS) + (rng.chance(0.4) ? String(rng.int(1000)) : '')
    if (x < 0.82) return `${rng.pick(['小', '阿', '老', '大'])}${rng.pick(ZH_GIVEN)}`
    if (x < 0.92)
      return `${rng.pick(ZH_NICKS)}${rng.pick(['呀', '酱', '_', '🌸', '✨', '不是我', '本人', '~'])}`
    return `用户${rng.between(100000, 9999999)}`
  }
  if (x < 0.4) return `${rng.pick(EN_FIRST)} ${rng.pick(EN_LAST)}`
  if (x < 0.6) return rng.pick(EN_FIRST).toLowerCase() + rng.pick(['', '_', '.', '']) + rng.int(1000)
  if (x < 0.85)
    return (
      rng.pick(EN_NICKS) + rng.pick(['', '_', '.']) + (rng.chance(0.5) ? rng.pick(EN_NICKS) : rng.int(100))
    )
  if (x < 0.93) return `${rng.pick(EN_FIRST)} ${rng.pick(EN_LAST)[0]}.`
  return `user${rng.between(100000, 9999999)}`
}

/** Profile text, often empty. Rings copy a script, marketing teams copy a slogan, everybody else is themselves. */
export function profileText(world: World, i: number, chinese: boolean, hides: boolean, rng: Rng): string {
  const role = world.role[i]
  if (role >= FIRST_MALICIOUS && role !== ROLE.taken_over) {
    const ring = world.rings[world.ring[i]]
    const rate = role === ROLE.mule ? 0 : hides ? ring.scripted * 0.25 : ring.scripted
    if (rng.chance(rate)) return copyOfScript(scriptOf(world, i), rng)
  }
  if (role === ROLE.taken_over && rng.chance(0.12)) return copyOfScript(scriptOf(world, i), rng)
  const circle = world.circle[i] >= 0 ? world.circles[world.circle[i]] : undefined
  if (circle?.kind === 'marketing' && rng.chance(0.75)) return slogan(world, circle.theme, chinese, rng)
  // Small traders write as advertisers do; filters have always found that hard.
  if (role === ROLE.merchant && rng.chance(0.6)) return slogan(world, world.circle[i] + i, chinese, rng)
  if (role === ROLE.member && rng.chance(0.03)) return slogan(world, i, chinese, rng)
  if (!rng.chance(0.42)) return ''
  const bio = rng.pick(chinese ? ZH_BIOS : EN_BIOS)
  return rng.chance(0.12) ? `${bio} ${rng.pick(['🙂', '✨', '🍜', '🐱', '🌊', '🎧'])}` : bio
}

function slogan(world: World, theme: number, chinese: boolean, rng: Rng): string {
  own.reset(world.seed, SCRIPT, theme + 0x20000000)
  const slots = { ...(chinese ? ZH_SLOTS : EN_SLOTS), brand: [own.pick(BRANDS)] }
  const text = fill(own.pick(chinese ? MARKETING_SCRIPTS.zh : MARKETING_SCRIPTS.en), slots, own)
  return rng.chance(0.5) ? text : copyOfScript(text, rng)
}
