import type { Pace } from '../../common/pace.ts'
import { DAY, END, momentIn } from './calendar.ts'
import { CITIES } from './places.ts'
import type { RelationPlan } from './relations.ts'
import { Rng, streamOf } from './rng.ts'
import { CATEGORIES, type Category, complaint, type Subject, type Tongue } from './texts/compose.ts'
import { advertises, scriptOf } from './texts/profiles.ts'
import { FIRST_MALICIOUS, ROLE, type World } from './world.ts'

/** Reports and labels: what people and the platform said about accounts. Both come in the order of time. */

const REPORTS = streamOf('reports')
const REPORT_TEXT = streamOf('report text')
const LABELS = streamOf('labels')

/** Rows as columns plus the order of time. */
export interface DatedPlan {
  account: number[]
  ts: number[]
  /** Reports: ordinal of the report about its account. Labels: 1 malicious, 0 benign. */
  extra: number[]
  /** Labels only: index into LABEL_SOURCES. */
  source: number[]
  order: Uint32Array
}

function emptyPlan(): DatedPlan {
  return { account: [], ts: [], extra: [], source: [], order: new Uint32Array() }
}

function inTimeOrder(plan: DatedPlan, world: World): DatedPlan {
  const { ts, account } = plan
  plan.order = new Uint32Array(ts.length)
  for (let k = 0; k < ts.length; k++) plan.order[k] = k
  plan.order.sort((x, y) => ts[x] - ts[y] || world.position[account[x]] - world.position[account[y]] || x - y)
  return plan
}

// Reports --------------------------------------------------------------------------------------------------------

const MEAN_REPORTS: Partial<Record<number, number>> = {
  [ROLE.farm]: 0.12,
  [ROLE.spammer]: 0.95,
  [ROLE.scammer]: 0.85,
  [ROLE.mule]: 0.35,
  [ROLE.sleeper]: 0.45,
  [ROLE.taken_over]: 0.7,
  [ROLE.merchant]: 0.08,
  [ROLE.marketer]: 0.12,
}

export async function planReports(world: World, pace: Pace): Promise<DatedPlan> {
  const plan = emptyPlan()
  const rng = new Rng()
  for (let i = 0; i < world.accounts; i++) {
    if ((i & 8191) === 0) await pace.checkpoint()
    rng.reset(world.seed, REPORTS, i)
    const role = world.role[i]
    const ring = world.ring[i] >= 0 ? world.rings[world.ring[i]] : undefined
    const mean =
      (MEAN_REPORTS[role] ?? 0.019) * (ring === undefined ? 1 : ring.reported) * world.rates.reportScale
    const count = Math.min(25, rng.poisson(mean * rng.spread(0.7)))
    const malicious = role >= FIRST_MALICIOUS
    const registered = Math.max(world.registered[i], world.windowStart - 60 * DAY)
    for (let k = 0; k < count; k++) {
      // Misuse is reported soon after it begins; quarrels and mistakes come any day.
      const from = Math.min(END - 120, malicious ? world.misuse[i] + 1800 : registered + 1800)
      const until = malicious ? Math.min(END - 60, from + Math.max(DAY, rng.exponential(18 * DAY))) : END - 60
      plan.account.push(i)
      plan.ts.push(momentIn(rng, from, until, CITIES[world.city[i]].offset, 'worker'))
      plan.extra.push(k)
    }
  }
  return inTimeOrder(plan, world)
}

export interface ReportRow {
  reporter: number
  offset: number
  lang: string
  /** As the reporter chose it. */
  category: Category
  /** What the text really is about. */
  truth: Category
  text: string
}

/** One report in full. `relations` tells who could have met the account. */
export function reportRow(
  world: World,
  relations: RelationPlan,
  plan: DatedPlan,
  k: number,
  rng: Rng,
): ReportRow {
  const i = plan.account[k]
  rng.reset(world.seed ^ plan.extra[k], REPORT_TEXT, i)
  const malicious = world.role[i] >= FIRST_MALICIOUS
  const truth = subjectOf(world, i, malicious, rng)
  const reporter = reporterOf(world, relations, i, malicious, plan.ts[k], rng)
  const home = CITIES[reporter >= 0 ? world.city[reporter] : world.city[i]]
  const x = rng.next()
  let tongue: Tongue = x < 0.88 * home.chinese ? 'zh' : 'en'
  if (rng.chance(home.country === 'SG' || home.country === 'MY' ? 0.34 : home.chinese > 0.1 ? 0.07 : 0.01))
    tongue = 'mixed'
  const text = complaint(truth, tongue, topicOf(world, i, malicious, rng), rng)
  return {
    reporter,
    offset: home.offset,
    lang: tongue === 'mixed' ? (rng.chance(0.6) ? 'zh' : 'en') : rng.chance(0.015) ? 'und' : tongue,
    category: rng.chance(0.86) ? truth : rng.pick(CATEGORIES),
    truth,
    text,
  }
}

function subjectOf(world: World, i: number, malicious: boolean, rng: Rng): Category {
  const x = rng.next()
  const role = world.role[i]
  if (!malicious) {
    // Mistakes, quarrels, and suspicions that are wrong.
    if (role === ROLE.marketer) return x < 0.62 ? 'spam' : x < 0.7 ? 'abuse' : 'normal'
    if (role === ROLE.merchant) return x < 0.3 ? 'scam' : x < 0.45 ? 'spam' : x < 0.55 ? 'abuse' : 'normal'
    return x < 0.36 ? 'normal' : x < 0.74 ? 'abuse' : x < 0.88 ? 'scam' : 'spam'
  }
  const ring = world.rings[world.ring[i]]
  if (x < 0.06) return 'abuse'
  if (x < 0.13) return 'normal'
  if (advertises(world, i)) return x < 0.85 ? 'spam' : 'scam'
  if (ring.kind === 'takeover') return x < 0.8 ? 'scam' : 'spam'
  return x < 0.9 ? 'scam' : 'spam'
}

/** What a complaint about it would tell: its ring's scheme; of a stolen account, mostly that it is stolen. */
function topicOf(world: World, i: number, malicious: boolean, rng: Rng): Subject {
  if (!malicious) return { script: undefined, topic: world.role[i] === ROLE.merchant ? 'any' : undefined }
  const script = scriptOf(world, i)
  if (world.role[i] === ROLE.taken_over && rng.chance(0.6)) return { script, topic: 'taken' }
  return { script, topic: advertises(world, i) ? 'any' : world.rings[world.ring[i]].scheme }
}

/** Somebody it is related to, somebody it wrote to, or nobody on record (-1). Never the account itself. */
function reporterOf(
  world: World,
  relations: RelationPlan,
  i: number,
  malicious: boolean,
  ts: number,
  rng: Rng,
): number {
  if (rng.chance(0.14)) return -1
  for (let attempt = 0; attempt < 6; attempt++) {
    let reporter: number
    const p = world.position[i]
    const degree = relations.offsets[p + 1] - relations.offsets[p]
    if (degree > 0 && rng.chance(0.45)) reporter = relations.dst[relations.offsets[p] + rng.int(degree)]
    // Schemes report those who exposed them, to have them blocked.
    else if (!malicious && rng.chance(0.13)) reporter = world.honest + rng.int(world.accounts - world.honest)
    else reporter = rng.int(world.honest)
    if (reporter === i || world.registered[reporter] > ts) continue
    if (malicious && world.ring[reporter] === world.ring[i]) continue
    return reporter
  }
  return -1
}

// Labels ---------------------------------------------------------------------------------------------------------

export const LABEL_SOURCES = ['manual_review', 'rule_engine', 'user_appeal'] as const

/**
 * What the platform knows: late, in part, and not always right. Rings differ in how well they are known; look-alikes
 * are hit by rules more often; some blocked accounts appealed and were cleared, which leaves two labels.
 */
export async function planLabels(world: World, pace: Pace): Promise<DatedPlan> {
  const plan = emptyPlan()
  const rng = new Rng()
  const { rates } = world
  const add = (i: number, ts: number, malicious: boolean, source: number): void => {
    if (ts >= END) return
    plan.account.push(i)
    plan.ts.push(Math.floor(ts))
    plan.extra.push(malicious ? 1 : 0)
    plan.source.push(source)
  }
  for (let i = 0; i < world.accounts; i++) {
    if ((i & 8191) === 0) await pace.checkpoint()
    rng.reset(world.seed, LABELS, i)
    const role = world.role[i]
    const { offset } = CITIES[world.city[i]]
    const office = (ts: number): number => momentIn(rng, ts, ts + 1.5 * DAY, offset, 'shift')
    if (role >= FIRST_MALICIOUS) {
      const ring = world.rings[world.ring[i]]
      if (!rng.chance(Math.min(1, rates.labelledMalicious * ring.known))) continue
      const ts = office(world.misuse[i] + rng.exponential(rates.labelDelayDays * DAY))
      const wrong = rng.chance(rates.labelFlip)
      add(i, ts, !wrong, wrong ? (rng.chance(0.6) ? 2 : 0) : rng.chance(0.5) ? 1 : 0)
      continue
    }
    const alike = role !== ROLE.member && role !== ROLE.student && role !== ROLE.employee
    const from = Math.max(world.registered[i] + DAY, world.windowStart - 120 * DAY)
    if (rng.chance(rates.labelledBenign)) {
      // Flips are counted against the benign labels, so that their share is as stated.
      const wrong = rng.chance(rates.labelFlip * (alike ? 2 : 1))
      const ts = office(from + rng.next() * Math.max(0, END - from))
      add(i, ts, wrong, wrong ? (rng.chance(0.75) ? 1 : 0) : rng.chance(0.15) ? 2 : 0)
    } else if (rng.chance(alike ? 0.004 : 0.001)) {
      const ts = office(from + rng.next() * Math.max(0, END - 20 * DAY - from))
      add(i, ts, true, 1)
      add(i, ts + (1 + rng.exponential(6)) * DAY, false, 2)
    }
  }
  return inTimeOrder(plan, world)
}
