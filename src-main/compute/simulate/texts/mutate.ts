import type { Rng } from '../rng.ts'

/** Spellings that get past word filters; Chinese ones sound or look alike. */
const EVASIONS: readonly [string, readonly string[]][] = [
  ['微信', ['薇信', '徽信', 'V信', '威信', 'wx', '微❤️信']],
  ['加群', ['➕群', '加qun', '进群']],
  ['加', ['➕', '+', '珈']],
  ['兼职', ['兼zhi', '兼値', 'J职', '兼 职']],
  ['刷单', ['唰单', 's单', '刷dan', '补单']],
  ['佣金', ['拥金', 'yong金', '佣💰']],
  ['日结', ['日結', 'ri结', '日・结']],
  ['返现', ['返獻', '反现', '返x']],
  ['贷款', ['代款', '贷kuan', '袋款']],
  ['客服', ['客.服', 'kf', '客伏']],
  ['免费', ['免废', 'free', '0元']],
  ['红包', ['红bao', '🧧', '虹包']],
  ['提现', ['提x', 'tx', '提獻']],
  ['扫码', ['扫🐎', '扫ma', '嫂码']],
  ['领取', ['領取', '领qu']],
  ['私信', ['滴滴', '私', '戳我']],
  ['free', ['fr3e', 'FREE', 'f r e e']],
  ['crypto', ['cryp+o', 'c r y p t o', 'krypto']],
  ['telegram', ['tele gram', 'te1egram', 'TG']],
  ['loan', ['l0an', 'lo@n', 'loann']],
  ['casino', ['cas1no', 'ca$ino']],
  ['earn', ['e4rn', 'make']],
  ['daily', ['dai1y', 'per day']],
  ['followers', ['f0llowers', 'followerz']],
  ['bonus', ['b0nus', 'bonu$']],
]
const EMOJI = ['🔥', '💰', '✅', '❗', '👇', '🎁', '💎', '☎️', '🌹', '👍'] as const

/** A ring member's copy of its script: the same text after none to three of the changes that copying brings. */
export function copyOfScript(text: string, rng: Rng): string {
  let copy = text
  for (let k = rng.between(0, 3); k > 0; k--) copy = mutation(copy, rng)
  return copy
}

function mutation(text: string, rng: Rng): string {
  const x = rng.next()
  if (x < 0.5) {
    const [word, spellings] = rng.pick(EVASIONS)
    if (text.includes(word)) return text.replace(word, rng.pick(spellings))
  }
  if (x < 0.62) return text + rng.pick(EMOJI)
  if (x < 0.7) return rng.pick(EMOJI) + text
  if (x < 0.8) return text.replace('，', rng.pick([' ', '～', '。', '！']))
  if (x < 0.88) return text.replace(/[.。！!]$/, '')
  const letters = [...text]
  const at = rng.int(letters.length)
  if (x < 0.94) letters.splice(at, 0, rng.pick(['.', ' ', '-', '·']))
  else letters.splice(at, 1)
  return letters.join('')
}

const ZH_SLIPS: readonly [string, string][] = [
  ['在', '再'],
  ['的', '得'],
  ['骗', '片'],
  ['举报', '举抱'],
  ['账号', '帐号'],
  ['拉黑', '拉嘿'],
  ['联系', '连系'],
  ['处理', '出理'],
  ['做', '作'],
  ['已经', '以经'],
  ['客服', '客户'],
  ['那', '哪'],
  ['就', '旧'],
  ['转', '专'],
]
const EN_SLIPS: readonly [string, string][] = [
  ['you', 'u'],
  ['please', 'plz'],
  ['your', 'ur'],
  ['message', 'msg'],
  ['people', 'ppl'],
  ['because', 'bc'],
  ['their', 'there'],
  ['receive', 'recieve'],
  ['account', 'acount'],
  ['definitely', 'definately'],
  ['because', 'cuz'],
  ['about', 'abt'],
  ['really', 'rly'],
  ['money', 'mony'],
]

/** What hurried hands do to a complaint; most get through clean. */
export function hurriedTyping(text: string, rng: Rng): string {
  if (rng.chance(0.55)) return text
  const chinese = /[一-鿿]/.test(text)
  let typed = text
  const [from, to] = rng.pick(chinese ? ZH_SLIPS : EN_SLIPS)
  typed = typed.replace(from, to)
  if (rng.chance(0.3)) typed = typed.toLowerCase()
  if (rng.chance(0.25)) typed = typed.replaceAll('，', rng.chance(0.5) ? ' ' : ',')
  // Fingers swap letters; input methods don't swap characters.
  if (!chinese && rng.chance(0.25)) {
    const letters = [...typed]
    const at = rng.int(Math.max(1, letters.length - 1))
    const letter = letters[at]
    letters[at] = letters[at + 1] ?? ''
    letters[at + 1] = letter
    typed = letters.join('')
  }
  return typed
}
