import type { ChannelBytes, ChannelInfo } from '../../common/contract/explore.ts'
import type { Selection } from '../../common/contract/selection.ts'
import { ShoalError } from '../../common/errors.ts'
import { NO_CODE, NO_ROW } from './accounts.ts'
import { forEachRow } from './bitset.ts'
import { accountsOfAnomaly } from './parts.ts'
import { bytesOf, NO_VALUE, scaleOf, type Scale } from './scale.ts'
import { once, type Snapshot } from './state.ts'

/** A channel's values as they are held: numbers (NaN: none), or codes of words. */
export type Values =
  | { kind: 'number' | 'time'; values: ArrayLike<number>; even?: boolean; range?: [number, number] }
  | { kind: 'category'; codes: ArrayLike<number>; none: number; words: string[] }

interface Channel {
  kind: ChannelInfo['kind']
  knowledge: ChannelInfo['knowledge']
  unit: string | null
  filters: keyof Selection | null
  /** Run without which there is nothing of it. */
  needs?: 'communities' | 'scores' | 'series' | 'trust' | 'report_classes' | 'graph'
  values(at: Snapshot): Promise<Values>
}

const DAY = 86_400_000
const number = (
  values: ArrayLike<number>,
  more: { even?: boolean; range?: [number, number] } = {},
): Values => ({
  kind: 'number',
  values,
  ...more,
})

const CHANNELS: Record<string, Channel> = {
  risk: {
    kind: 'number',
    knowledge: 'inferred',
    unit: null,
    filters: 'risk',
    needs: 'scores',
    values: async (at) => number((await at.runs.columns()).score, { even: true, range: [0, 1] }),
  },
  community: {
    kind: 'category',
    knowledge: 'inferred',
    unit: null,
    filters: 'communities',
    needs: 'communities',
    values: async (at) => {
      const { community, communities } = await at.runs.columns()
      return {
        kind: 'category',
        codes: community,
        none: NO_ROW,
        words: Array.from({ length: communities }, (_, c) => String(c)),
      }
    },
  },
  communityRisk: {
    kind: 'number',
    knowledge: 'inferred',
    unit: null,
    filters: null,
    needs: 'scores',
    values: async (at) => {
      const { community, communities, score } = await at.runs.columns()
      const sum = new Float64Array(communities)
      const scored = new Uint32Array(communities)
      for (let r = 0; r < score.length; r++) {
        if (community[r] === NO_ROW || Number.isNaN(score[r])) continue
        sum[community[r]] += score[r]
        scored[community[r]]++
      }
      const means = new Float64Array(score.length).fill(NaN)
      for (let r = 0; r < score.length; r++) {
        const c = community[r]
        if (c !== NO_ROW && scored[c] > 0) means[r] = sum[c] / scored[c]
      }
      return number(means, { even: true, range: [0, 1] })
    },
  },
  registered: {
    kind: 'time',
    knowledge: 'observed',
    unit: null,
    filters: 'registered',
    values: async (at) => ({ kind: 'time', values: (await at.facts.accounts()).registered, even: true }),
  },
  age: {
    kind: 'number',
    knowledge: 'observed',
    unit: 'days',
    filters: null,
    values: async (at) => {
      const { registered } = await at.facts.accounts()
      const end = lastMoment(at)
      const days = new Float64Array(registered.length)
      for (let r = 0; r < days.length; r++) days[r] = Math.max(0, (end - registered[r]) / DAY)
      return number(days)
    },
  },
  label: {
    kind: 'category',
    knowledge: 'observed',
    unit: null,
    filters: 'labels',
    values: async (at) => {
      const { label, labels } = await at.facts.accounts()
      return { kind: 'category', codes: label, none: NO_CODE, words: labels }
    },
  },
  verdict: {
    kind: 'category',
    knowledge: 'judged',
    unit: null,
    filters: 'verdicts',
    values: async (at) => {
      const words = ['malicious', 'benign', 'unsure']
      const codes = new Uint16Array((await at.facts.accounts()).n).fill(NO_CODE)
      for (const [r, word] of (await at.judged.columns()).verdict) {
        const code = words.indexOf(word)
        if (code >= 0) codes[r] = code
      }
      return { kind: 'category', codes, none: NO_CODE, words }
    },
  },
  events: {
    kind: 'number',
    knowledge: 'observed',
    unit: 'events',
    filters: null,
    values: async (at) => number((await at.facts.events()).perAccount),
  },
  reports: {
    kind: 'number',
    knowledge: 'observed',
    unit: 'reports',
    filters: null,
    values: async (at) => number((await at.facts.accounts()).reports),
  },
  reportClass: {
    kind: 'category',
    knowledge: 'inferred',
    unit: null,
    filters: 'reportClasses',
    needs: 'report_classes',
    values: async (at) => {
      const { reportClass, classes } = await at.runs.columns()
      return { kind: 'category', codes: reportClass, none: NO_CODE, words: classes }
    },
  },
  anomalies: {
    kind: 'number',
    knowledge: 'inferred',
    unit: 'anomalies',
    filters: null,
    needs: 'series',
    values: async (at) => number(await anomalyCounts(at)),
  },
  degree: {
    kind: 'number',
    knowledge: 'inferred',
    unit: 'neighbours',
    filters: null,
    needs: 'graph',
    values: async (at) => number((await at.runs.columns()).degree),
  },
  confidence: {
    kind: 'number',
    knowledge: 'inferred',
    unit: null,
    filters: null,
    needs: 'trust',
    values: async (at) => number((await at.runs.columns()).confidence, { even: true, range: [0, 1] }),
  },
}

/** The newest dated fact: ages are counted to it, not to today, so that they mean the same next year. */
function lastMoment(at: Snapshot): number {
  const newest = (sql: string) => (at.db.prepare(sql).pluck().get() as number | null) ?? -Infinity
  return Math.max(
    newest('SELECT max(ts) FROM event'),
    newest('SELECT max(registered_at) FROM account_record'),
    newest('SELECT max(ts) FROM report'),
  )
}

/** In how many anomalous windows of its groups each account was active. */
async function anomalyCounts(at: Snapshot): Promise<Uint16Array> {
  const counts = new Uint16Array((await at.facts.accounts()).n)
  const ids = at.db
    .prepare('SELECT id FROM anomaly WHERE run_id = ?')
    .pluck()
    .all(at.runIds.series ?? -1) as number[]
  for (const id of ids) {
    forEachRow(await accountsOfAnomaly(id, at), (r) => {
      counts[r]++
    })
    await at.pace.checkpoint()
  }
  return counts
}

async function channelOf(id: string, at: Snapshot): Promise<Channel> {
  const known = Object.hasOwn(CHANNELS, id) ? CHANNELS[id] : undefined
  if (known) return known
  const name = id.slice(id.indexOf(':') + 1)
  if (id.startsWith('tag:')) {
    return {
      kind: 'category',
      knowledge: 'judged',
      unit: null,
      filters: 'tags',
      values: async () => {
        const codes = new Uint16Array((await at.facts.accounts()).n).fill(NO_CODE)
        for (const r of (await at.judged.columns()).tags.get(name) ?? []) codes[r] = 0
        return { kind: 'category', codes, none: NO_CODE, words: [name] }
      },
    }
  }
  const column = id.startsWith('attribute:') ? (await at.facts.attributes()).get(name) : undefined
  if (!column || column.kind === 'text')
    throw new ShoalError('not_found', `There is no channel ${id}.`, { id })
  return {
    kind: column.kind,
    knowledge: 'observed',
    unit: null,
    filters: 'attributes',
    values: async () =>
      column.kind === 'number'
        ? number(column.values)
        : { kind: 'category', codes: column.codes, none: NO_CODE, words: column.words },
  }
}

/** Where a channel's values and scale are kept: with what they hang on. Judged ones are made anew, they are few. */
export function keptFor(id: string, at: Snapshot): Map<string, Promise<unknown>> {
  const { knowledge } = CHANNELS[id] ?? { knowledge: id.startsWith('tag:') ? 'judged' : 'observed' }
  if (knowledge === 'judged') return new Map()
  return knowledge === 'inferred' ? at.runs.kept : at.facts.kept
}

export const valuesOf = async (id: string, at: Snapshot): Promise<{ channel: Channel; values: Values }> => {
  const channel = await channelOf(id, at)
  return { channel, values: await once(keptFor(id, at), `values ${id}`, () => channel.values(at)) }
}
export const scaleFor = (
  id: string,
  values: Values & { kind: 'number' | 'time' },
  at: Snapshot,
): Promise<Scale> => once(keptFor(id, at), `scale ${id}`, async () => scaleOf(values.values, values))

/** Their bytes, kept as long as the values are. */
export const wordsOf = (id: string, values: Values & { kind: 'category' }, at: Snapshot) =>
  once(keptFor(id, at), `words ${id}`, async () => bytesOfWords(values))

/** Which bytes the words get: the most frequent first; where there are more than bytes, the last is all others. */
function bytesOfWords({ codes, none, words }: Values & { kind: 'category' }): {
  bytes: Uint8Array
  categories: ChannelBytes['categories']
  missing: number
} {
  const accounts = new Uint32Array(words.length)
  let missing = 0
  for (let r = 0; r < codes.length; r++) {
    if (codes[r] === none) missing++
    else accounts[codes[r]]++
  }
  const byCount = Array.from(accounts.keys())
    .filter((c) => accounts[c] > 0)
    .sort((a, b) => accounts[b] - accounts[a] || a - b)
  const fits = byCount.length <= NO_VALUE
  const named = fits ? byCount : byCount.slice(0, NO_VALUE - 1)
  const categories: ChannelBytes['categories'] = named.map((c) => ({
    value: words[c],
    accounts: accounts[c],
  }))
  const byteOf = new Uint8Array(words.length).fill(NO_VALUE - 1)
  named.forEach((c, b) => (byteOf[c] = b))
  if (!fits) {
    const others = byCount.slice(NO_VALUE - 1).reduce((sum, c) => sum + accounts[c], 0)
    categories.push({ value: null, accounts: others })
  }
  const bytes = new Uint8Array(codes.length).fill(NO_VALUE)
  for (let r = 0; r < codes.length; r++) if (codes[r] !== none) bytes[r] = byteOf[codes[r]]
  return { bytes, categories, missing }
}

/** A channel of every account as bytes. Throws not_found where there is no such channel. */
export async function channelBytes(id: string, at: Snapshot): Promise<ChannelBytes> {
  const { values } = await valuesOf(id, at)
  if (values.kind === 'category')
    return { channel: id, stops: new Float64Array(0), ...(await wordsOf(id, values, at)) }
  const scale = await scaleFor(id, values, at)
  return {
    channel: id,
    bytes: bytesOf(values.values, scale),
    stops: scale.stops,
    categories: [],
    missing: values.values.length - scale.known,
  }
}

/** Every channel that this workspace has values of. */
export async function channels(at: Snapshot): Promise<ChannelInfo[]> {
  const runs = at.runIds
  const ids = Object.keys(CHANNELS).filter((id) => {
    const { needs } = CHANNELS[id]
    return needs === undefined || runs[needs] !== undefined
  })
  for (const tag of (await at.judged.columns()).tags.keys()) ids.push(`tag:${tag}`)
  for (const [name, { kind }] of await at.facts.attributes())
    if (kind !== 'text') ids.push(`attribute:${name}`)
  const counts = await knownCounts(at)
  const before = Object.keys(counts).length
  const found: ChannelInfo[] = []
  for (const id of ids) {
    const info = await infoOf(id, at)
    if (info.known > 0) found.push(info)
    await at.pace.checkpoint()
  }
  if (Object.keys(counts).length > before) await at.runs.keepKnown(counts)
  return found
}

const knownCounts = (at: Snapshot) => once(at.runs.kept, 'known', () => at.runs.known())

/** What is known of one channel. Throws not_found where there is no such channel. */
export async function infoOf(id: string, at: Snapshot): Promise<ChannelInfo> {
  const { kind, knowledge, unit, filters } = await channelOf(id, at)
  const counts = await knownCounts(at)
  // Judged ones change, and whether there are anomalies is asked of a run that the counts' key does not name.
  const known =
    knowledge === 'judged' || id === 'anomalies'
      ? await knownOf(id, at)
      : (counts[id] ??= await knownOf(id, at))
  return { id, kind, knowledge, known, unit, filters }
}

/** Accounts with a value. Counting what is 0 for most (events, reports) as unknown leaves out channels that say nothing. */
async function knownOf(id: string, at: Snapshot): Promise<number> {
  // Where there are anomalies or events at all is known without asking who was in each, and without reading 20 million.
  const anyOf: Record<string, () => unknown> = {
    anomalies: () =>
      at.db.prepare('SELECT 1 FROM anomaly WHERE run_id = ? LIMIT 1').get(at.runIds.series ?? -1),
    events: () =>
      at.db
        .prepare(`SELECT 1 FROM event e JOIN source s ON s.id = e.source_id AND s.status = 'ready' LIMIT 1`)
        .get(),
  }
  if (anyOf[id]) return anyOf[id]() ? (await at.facts.accounts()).n : 0
  const { values } = await valuesOf(id, at)
  let known = 0
  if (values.kind === 'category') {
    for (let r = 0; r < values.codes.length; r++) if (values.codes[r] !== values.none) known++
    return known
  }
  let any = false
  for (let r = 0; r < values.values.length; r++) {
    if (Number.isNaN(values.values[r])) continue
    known++
    any ||= values.values[r] !== 0
  }
  return any ? known : 0
}
