import type { ColumnGuess } from './columns.ts'
import { canonicalHeader } from './headers.ts'

/** What tells the two ends of a relation apart in names that are otherwise the same. */
const ENDS: readonly (readonly [string, string])[] = [
  ['from', 'to'],
  ['source', 'target'],
  ['source', 'destination'],
  ['src', 'dst'],
  ['src', 'dest'],
  ['orig', 'dest'],
  ['origin', 'destination'],
  ['sender', 'receiver'],
  ['sender', 'recipient'],
  ['payer', 'payee'],
  ['caller', 'callee'],
  ['calling', 'called'],
  ['follower', 'followee'],
]
/** What both ends of a relation may have and what is nobody's name. */
const NOBODY =
  /^(?:ip|port|mac|country|city|region|lat|lon|long|lng|bank|currency|balance|old|new|amount|value|date|time|at|type|version|asn|zone|level|status|host|name)?$/
/** Names that with a 1 and a 2 behind them are two of a kind. */
const SOMEBODY =
  /^(?:tx|trans|node|user|account|acct|person|uid|id|vertex|member|player|author|customer|phone|wallet|profile|账号|用户|账户|会员|客户|节点)(?:id|no|number|key)?$/

export interface Pair {
  from: ColumnGuess
  to: ColumnGuess
  sure: number
}

/** Two columns whose names differ only in that one is the beginning and the other the end; null where none do. */
export function findPair(columns: readonly ColumnGuess[]): Pair | null {
  const usable = columns.filter(nameable)
  const found = [...byEnds(usable), ...byNumber(usable), ...twice(usable)]
  return found.reduce<Pair | null>((best, pair) => (best && best.sure >= pair.sure ? best : pair), null)
}

/** Whether values may be ids at all. */
function nameable({ profile: { share, filled } }: ColumnGuess): boolean {
  if (filled === 0) return false
  const fraction = share.decimal - share.integer
  return fraction < 0.1 && share.prose < 0.3 && share.ip < 0.5 && share.iso < 0.5 && share['local-time'] < 0.5
}

function byEnds(columns: readonly ColumnGuess[]): Pair[] {
  const pairs: Pair[] = []
  const names = new Map(columns.map((column) => [canonicalHeader(column.name), column]))
  for (const [name, from] of names)
    for (const [one, other] of ENDS) {
      const stem = name.startsWith(one) ? name.slice(one.length) : null
      const front = name.endsWith(one) ? name.slice(0, -one.length) : null
      const prefixed = stem === null ? undefined : names.get(other + stem)
      // nameOrig and nameDest are who it was; of other things the name says what.
      if (prefixed && !NOBODY.test(stem!)) pairs.push({ from, to: prefixed, sure: 0.85 })
      const suffixed = front === null ? undefined : names.get(front + other)
      if (suffixed && (front === 'name' || !NOBODY.test(front!)))
        pairs.push({ from, to: suffixed, sure: 0.85 })
    }
  return pairs
}

function byNumber(columns: readonly ColumnGuess[]): Pair[] {
  const names = new Map(columns.map((column) => [canonicalHeader(column.name), column]))
  return [...names].flatMap(([name, from]) => {
    const [, stem, end] = /^(.+?)([1a])$/.exec(name) ?? []
    if (stem === undefined || !SOMEBODY.test(stem)) return []
    const to = names.get(stem + (end === '1' ? '2' : 'b'))
    const third = names.has(stem + (end === '1' ? '3' : 'c'))
    return to && !third ? [{ from, to, sure: 0.75 }] : []
  })
}

/** `Account` twice, as in exports of transfers: the reader calls the second 'Account (2)'. */
function twice(columns: readonly ColumnGuess[]): Pair[] {
  return columns.flatMap((to) => {
    const [, name] = /^(.*) \(2\)$/.exec(to.name) ?? []
    const from = name === undefined ? undefined : columns.find((column) => column.name === name)
    const somebody = from?.meanings.some(({ meaning, sure }) => meaning === 'account' && sure >= 0.6)
    return from && somebody && !columns.some((column) => column.name === `${name} (3)`)
      ? [{ from, to, sure: 0.8 }]
      : []
  })
}
