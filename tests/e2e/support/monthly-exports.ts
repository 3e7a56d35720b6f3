import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Three groups; the first is two halves that are tied to each other as closely as within. */
const GROUPS = { anna: 28, boris: 24, clara: 20 }

const LABEL_HEAD = 'account_id,label,source,ts\n'

/** Everybody in a group knows the five behind them, so that it hangs together. */
function ties(members: readonly string[], weight: (a: number, b: number) => number): string[] {
  return members.flatMap((account, i) =>
    Array.from({ length: 5 }, (_, step) => (i + step + 1) % members.length).map(
      (j) => `${account},${members[j]},knows,${weight(i, j)}`,
    ),
  )
}
const named = (group: string, n: number, from = 0) =>
  Array.from({ length: n }, (_, i) => `${group}${String(from + i).padStart(2, '0')}`)

/**
 * Two exports of one platform, a month apart: two accounts are gone, three are new, four have another city and one of them another
 * registration time, the group 'anna' falls apart (the ties between its halves are stated anew, next to nothing), and
 * moderation says another thing of anna00.
 */
export function writeMonthlyExports(folder: string): { first: string; second: string } {
  const listed = (group: keyof typeof GROUPS) => named(group, GROUPS[group])
  const write = (
    name: string,
    accounts: string[],
    relations: string[],
    links: string[],
    more: Record<string, string> = {},
  ) => {
    const to = join(folder, name)
    mkdirSync(to, { recursive: true })
    const files: Record<string, string> = {
      'accounts.csv': ['account_id,registered_at,city,tier', ...accounts].join('\n'),
      'relations.csv': ['src,dst,type,weight', ...relations].join('\n'),
      'links.csv': ['account_id,entity_type,entity_id,first_seen,last_seen,count', ...links].join('\n'),
      ...more,
    }
    for (const [file, text] of Object.entries(files)) writeFileSync(join(to, file), `${text}\n`)
    return to
  }
  const all = [...listed('anna'), ...listed('boris'), ...listed('clara')]
  const row = (account: string, i: number, city = i % 2 ? 'Lyon' : 'Oslo', day = 1 + (i % 27)) =>
    `${account},2026-01-${String(day).padStart(2, '0')}T08:00:00Z,${city},${i % 5 ? 'basic' : 'gold'}`
  const half = GROUPS.anna / 2
  // Members with an even and an odd number are the halves: ties of odd length join them.
  const between = (i: number, j: number) => i < half !== j < half
  const device = (account: string, i: number, last: number, count: number) =>
    `${account},device,phone-${i},2026-01-02T00:00:00Z,2026-0${last}-01T00:00:00Z,${count}`
  // Every two members of the first group are tied, so that its halves are one community as long as their ties weigh the same.
  const anna = (weight: (i: number, j: number) => number) =>
    listed('anna').flatMap((a, i) =>
      listed('anna')
        .slice(i + 1)
        .map((b, k) => `${a},${b},knows,${weight(i, i + 1 + k)}`),
    )
  const rest = [...ties(listed('boris'), () => 1), ...ties(listed('clara'), () => 1)]
  const first = write(
    'january',
    all.map((account, i) => row(account, i)),
    [...anna(() => 1), ...rest],
    all.map((account, i) => device(account, i, 2, 3)),
    { 'labels.csv': LABEL_HEAD + 'anna00,benign,moderation,\nanna01,benign,moderation,' },
  )
  const gone = new Set(['boris03', 'clara07'])
  const newcomers = named('clara', 3, GROUPS.clara)
  const changed = new Set(['anna00', 'anna01', 'boris00', 'clara00'])
  const second = write(
    'february',
    [
      ...all.flatMap((account, i) =>
        gone.has(account)
          ? []
          : [
              changed.has(account)
                ? row(account, i, 'Rome', account === 'anna00' ? 28 : undefined)
                : row(account, i),
            ],
      ),
      ...newcomers.map((account, i) => row(account, i)),
    ],
    [
      ...anna((i, j) => (between(i, j) ? 0.001 : 1)),
      ...rest,
      ...newcomers.flatMap((account) =>
        listed('clara')
          .slice(0, 6)
          .map((other) => `${account},${other},knows,1`),
      ),
    ],
    all.map((account, i) => device(account, i, i < 10 ? 3 : 2, i < 10 ? 5 : 3)),
    { 'labels.csv': LABEL_HEAD + 'anna00,malicious,moderation,\nanna01,benign,moderation,' },
  )
  return { first, second }
}
