import { readFileSync } from 'node:fs'
import { scatter } from '../../../src-main/compute/simulate/rng.ts'

/**
 * What an address or device of a simulated world really is, worked out from the simulator's own numbering
 * (src-main/compute/simulate/places.ts and entities.ts): the export itself does not tell.
 */
export interface Truth {
  readonly accounts: ReadonlyMap<string, { malicious: boolean; ring: string }>
  kind(type: string, key: string): string
}

const LINE_SPACE = 12n * 2n ** 24n
const LINE_STEP = 34_567_933n
const LINES: readonly [string, number][] = [
  ['home', 0],
  ['site', 40e6],
  ['cafe', 60e6],
  ['hotel', 70e6],
  ['shop', 80e6],
  ['den', 90e6],
  ['residential proxy', 120e6],
]

function inverse(a: bigint, modulus: bigint): bigint {
  let [r, next, s, t] = [a, modulus, 1n, 0n]
  while (next !== 0n) {
    const q = r / next
    ;[r, next, s, t] = [next, r - q * next, t, s - q * t]
  }
  return ((s % modulus) + modulus) % modulus
}
const UNSTEP = inverse(LINE_STEP, LINE_SPACE)

/** Reads FOLDER-truth. */
export function readTruth(folder: string): Truth {
  const { options } = JSON.parse(readFileSync(`${folder}-truth/truth.json`, 'utf8')) as {
    options: { accounts: number; seed: number }
  }
  const circles = new Map<number, string>()
  const accounts = new Map<string, { malicious: boolean; ring: string }>()
  for (const line of readFileSync(`${folder}-truth/truth.csv`, 'utf8').trim().split('\n').slice(1)) {
    const cells = line.split(',')
    accounts.set(cells[0]!, { malicious: cells[2] === '1', ring: cells[3]! })
    if (cells[8]) circles.set(Number(cells[8].slice(1)), cells[9]!)
  }
  const devices = new Map<string, string>()
  const put = (number: number, kind: string) =>
    devices.set(
      `d${scatter(number ^ options.seed)
        .toString(16)
        .padStart(8, '0')}`,
      kind,
    )
  const each = (count: number, per: number, visit: (i: number, k: number) => void) => {
    for (let i = 0; i < count; i++) for (let k = 0; k < per; k++) visit(i, k)
  }
  each(options.accounts, 4, (i, k) => put(1 + i * 4 + k, 'own phone'))
  each(options.accounts, 1, (i) => put(2 ** 25 + i, 'family tablet'))
  each(3000, 256, (i, k) => put(2 ** 26 + i * 256 + k, "ring's phone"))
  each(24 * 40, 3, (i, k) => put(2 ** 30 + i * 16 + k, 'repair bench'))
  each(24 * 60, 12, (i, k) => put(2 ** 31 + 2 ** 29 + i * 16 + k, 'internet café PC'))
  for (const [circle, kind] of circles)
    each(1, 16, (_, k) => put(2 ** 31 + circle * 16 + k, kind === 'onboarding' ? 'kiosk' : "team's phone"))
  return {
    accounts,
    kind(type, key) {
      if (type === 'device') return devices.get(key) ?? 'other device'
      if (type !== 'ip') return type
      const n = key.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
      if (n >= 252 * 2 ** 24) return 'hosting'
      if (key.startsWith('100.')) return 'mobile carrier'
      const line = Number(((BigInt(n - 240 * 2 ** 24) - 11_939n + LINE_SPACE) * UNSTEP) % LINE_SPACE)
      const [kind] = LINES.findLast(([, base]) => line >= base)!
      return kind === 'site' ? `${circles.get(Math.floor((line - 40e6) / 4)) ?? 'unknown'} site` : kind
    },
  }
}
