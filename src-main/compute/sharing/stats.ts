/** What kinds of things are told apart; everything but addresses and devices is known by links alone. */
export type EntityKind = 'ip' | 'device' | 'other'

export function entityKind(type: string): EntityKind {
  const t = type.toLowerCase()
  return t === 'ip' || t === 'device' ? t : 'other'
}

/**
 * How one entity is shared, in counts alone: what `classifySharing` judges and an analyst is shown. Nothing here
 * needs an attribute that an export may lack; what isn't known counts 0, and each part says of how many it is known.
 */
export interface SharingStats {
  readonly kind: EntityKind
  /** Distinct accounts that use it, by links or events. */
  readonly accounts: number
  /** Accounts of which events here are known; the counts below down to `failures` are about those events. */
  readonly eventAccounts: number
  readonly uses: number
  /** Days (UTC) with a use; pairs of (account, day). */
  readonly days: number
  readonly accountDays: number
  /** Days on which at least two accounts used it. */
  readonly sharedDays: number
  /** Accounts that used it on one day only. */
  readonly onceAccounts: number
  /** Uses of the account that used it most. */
  readonly topUses: number
  /** How often, in order of time, the next use is another account's. */
  readonly switches: number
  /** Local hours of the day with a use, 0..24. */
  readonly hours: number
  /** Uses at 0:00–5:59, on Monday to Friday 9:00–18:59, on Saturday and Sunday, local time. */
  readonly nightUses: number
  readonly officeUses: number
  readonly weekendUses: number
  /** Devices seen at an address, addresses seen at a device. */
  readonly partners: number
  /** Accounts with a known partner here; those with one that nobody else here uses; most accounts on one partner. */
  readonly partnerAccounts: number
  readonly ownPartnerAccounts: number
  readonly mostPerPartner: number
  readonly countries: number
  /** Cities (countries where no city is known) seen here; uses with a place; uses in the commonest place. */
  readonly places: number
  readonly placedUses: number
  readonly topPlaceUses: number
  /** Accounts whose usual place is known, and those whose usual place is not this entity's commonest. */
  readonly homedAccounts: number
  readonly awayAccounts: number
  readonly contexts: number
  /** Accounts that registered here. */
  readonly registeredHere: number
  readonly failures: number
  /** Accounts with a known registration; most of them within 48 hours; days from the first to the last. */
  readonly registrations: number
  readonly registrationBurst: number
  readonly registrationDays: number
  /** Pairs of its accounts that a relation joins, and accounts in such a pair. */
  readonly relatedPairs: number
  readonly relatedAccounts: number
  /** Accounts whose use is dated (by links or events); pairs of them whose intervals of use overlap. */
  readonly datedAccounts: number
  readonly overlappingPairs: number
  /** Milliseconds; null where nothing is dated. */
  readonly firstSeen: number | null
  readonly lastSeen: number | null
}

/** One entity's rows as parallel columns, in any order; only rows [from, to) count. */
export interface UseColumns {
  readonly account: Uint32Array
  /** Minutes since the epoch. */
  readonly minute: Uint32Array
  /** Minutes east of UTC. */
  readonly offset: Int16Array
  /** Device of an address's use, address of a device's; 0: unknown. */
  readonly partner: Uint32Array
  /** Term ids, 0: unknown. `place` is the city, else the country. */
  readonly place: Uint32Array
  readonly country: Uint32Array
  readonly context: Uint32Array
  /** Bit 0: a registration; bit 1: failed. */
  readonly flags: Uint8Array
}
export const REGISTERED = 1
export const FAILED = 2

export function useColumns(rows: number): UseColumns {
  return {
    account: new Uint32Array(rows),
    minute: new Uint32Array(rows),
    offset: new Int16Array(rows),
    partner: new Uint32Array(rows),
    place: new Uint32Array(rows),
    country: new Uint32Array(rows),
    context: new Uint32Array(rows),
    flags: new Uint8Array(rows),
  }
}

/** An account's links to the entity: when it was first and last seen with it, NaN where that isn't dated. */
export interface LinkedAccount {
  readonly account: number
  readonly first: number
  readonly last: number
}

/** What is known of accounts apart from the entity. */
export interface AccountFacts {
  /** Milliseconds, NaN where unknown. */
  registeredAt(account: number): number
  /** Term id of where most of its events are, 0 where unknown. */
  usualPlace(account: number): number
}

export interface Related {
  pairs: number
  accounts: number
}

const MINUTE = 60_000
const DAY_MINUTES = 1440
const BURST_MS = 48 * 3_600_000
const DAY_MS = 86_400_000

/**
 * Folds one entity's rows to its statistics. Both ways of reading (a scan of everything, a query for one entity) end
 * here, so they can only differ in the rows they hand in. O(rows · log rows).
 */
export function summariseSharing(
  kind: EntityKind,
  columns: UseColumns,
  from: number,
  to: number,
  links: readonly LinkedAccount[],
  facts: AccountFacts,
  related: Related,
): SharingStats {
  const rows = to - from
  const order = new Uint32Array(rows)
  for (let i = 0; i < rows; i++) order[i] = from + i
  // By time, then account, so that days, turns and intervals come out of one walk in any order of arrival.
  order.sort(
    (x, y) => columns.minute[x] - columns.minute[y] || columns.account[x] - columns.account[y] || x - y,
  )
  const users = new Map<number, Use>()
  const perPlace = new Map<number, number>()
  const countries = new Set<number>()
  const contexts = new Set<number>()
  const accountsOfPartner = new Map<number, number>()
  const hourUses = new Uint32Array(24)
  let [days, accountDays, sharedDays, switches] = [0, 0, 0, 0]
  let [nightUses, officeUses, weekendUses, placedUses, failures] = [0, 0, 0, 0, 0]
  let [day, usersToday, previous, mostPerPartner] = [-1, 0, -1, 0]
  for (const row of order) {
    const account = columns.account[row]
    const minute = columns.minute[row]
    let use = users.get(account)
    if (use === undefined) users.set(account, (use = newUse(minute * MINUTE)))
    use.last = minute * MINUTE
    use.uses++
    const today = Math.floor(minute / DAY_MINUTES)
    if (today !== day) {
      day = today
      days++
      usersToday = 0
    }
    if (use.day !== today) {
      use.day = today
      use.days++
      accountDays++
      if (++usersToday === 2) sharedDays++
    }
    if (previous !== -1 && previous !== account) switches++
    previous = account
    const local = minute + columns.offset[row]
    const hour = Math.floor((((local % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES) / 60)
    // 1 January 1970 was a Thursday: 0 is Monday.
    const weekday = (((Math.floor(local / DAY_MINUTES) + 3) % 7) + 7) % 7
    hourUses[hour]++
    if (hour < 6) nightUses++
    if (weekday >= 5) weekendUses++
    else if (hour >= 9 && hour < 19) officeUses++
    if (columns.place[row] !== 0) {
      placedUses++
      perPlace.set(columns.place[row], (perPlace.get(columns.place[row]) ?? 0) + 1)
    }
    if (columns.country[row] !== 0) countries.add(columns.country[row])
    if (columns.context[row] !== 0) contexts.add(columns.context[row])
    if (columns.flags[row] & FAILED) failures++
    if (columns.flags[row] & REGISTERED) use.registered = true
    const partner = columns.partner[row]
    if (partner !== 0) {
      if (!use.partners.has(partner)) {
        use.partners.add(partner)
        const accounts = (accountsOfPartner.get(partner) ?? 0) + 1
        accountsOfPartner.set(partner, accounts)
        if (accounts > mostPerPartner) mostPerPartner = accounts
      }
    }
  }

  let topPlace = 0
  let topPlaceUses = 0
  for (const [place, count] of perPlace) {
    if (count > topPlaceUses || (count === topPlaceUses && place < topPlace)) {
      topPlace = place
      topPlaceUses = count
    }
  }
  const eventAccounts = users.size
  let [onceAccounts, topUses, registeredHere, partnerAccounts, ownPartnerAccounts] = [0, 0, 0, 0, 0]
  let [homedAccounts, awayAccounts] = [0, 0]
  for (const [account, use] of users) {
    if (use.days === 1) onceAccounts++
    if (use.uses > topUses) topUses = use.uses
    if (use.registered) registeredHere++
    if (use.partners.size > 0) partnerAccounts++
    for (const p of use.partners) {
      if (accountsOfPartner.get(p) === 1) {
        ownPartnerAccounts++
        break
      }
    }
    const home = topPlace === 0 ? 0 : facts.usualPlace(account)
    if (home !== 0) {
      homedAccounts++
      if (home !== topPlace) awayAccounts++
    }
  }
  for (const link of links) {
    let use = users.get(link.account)
    if (use === undefined) users.set(link.account, (use = newUse(NaN)))
    if (!(use.first <= link.first) && !Number.isNaN(link.first)) use.first = link.first
    if (!(use.last >= link.last) && !Number.isNaN(link.last)) use.last = link.last
  }
  return {
    kind,
    accounts: users.size,
    eventAccounts,
    uses: rows,
    days,
    accountDays,
    sharedDays,
    onceAccounts,
    topUses,
    switches,
    hours: hourUses.reduce((n, uses) => n + Number(uses > 0), 0),
    nightUses,
    officeUses,
    weekendUses,
    partners: accountsOfPartner.size,
    partnerAccounts,
    ownPartnerAccounts,
    mostPerPartner,
    countries: countries.size,
    places: perPlace.size,
    placedUses,
    topPlaceUses,
    homedAccounts,
    awayAccounts,
    contexts: contexts.size,
    registeredHere,
    failures,
    ...registrationSpread([...users.keys()].map((account) => facts.registeredAt(account))),
    relatedPairs: related.pairs,
    relatedAccounts: related.accounts,
    ...intervals([...users.values()]),
  }
}

interface Use {
  first: number
  last: number
  uses: number
  days: number
  day: number
  registered: boolean
  readonly partners: Set<number>
}
const newUse = (at: number): Use => ({
  first: at,
  last: at,
  uses: 0,
  days: 0,
  day: -1,
  registered: false,
  partners: new Set(),
})

function registrationSpread(times: readonly number[]) {
  const known = Float64Array.from(times.filter((t) => !Number.isNaN(t))).sort()
  let burst = 0
  for (let i = 0, j = 0; i < known.length; i++) {
    while (known[i] - known[j] > BURST_MS) j++
    burst = Math.max(burst, i - j + 1)
  }
  return {
    registrations: known.length,
    registrationBurst: burst,
    registrationDays: known.length === 0 ? 0 : (known[known.length - 1] - known[0]) / DAY_MS,
  }
}

function intervals(users: readonly Use[]) {
  const dated = users.filter((use) => !Number.isNaN(use.first))
  const starts = Float64Array.from(dated, (use) => use.first).sort()
  const ends = Float64Array.from(dated, (use) => use.last).sort()
  // Two do not overlap exactly where one has ended before the other begins: every such pair is seen once.
  let apart = 0
  for (let i = 0, ended = 0; i < starts.length; i++) {
    while (ends[ended] < starts[i]) ended++
    apart += ended
  }
  return {
    datedAccounts: dated.length,
    overlappingPairs: (dated.length * (dated.length - 1)) / 2 - apart,
    firstSeen: starts.length === 0 ? null : starts[0],
    lastSeen: ends.length === 0 ? null : ends[ends.length - 1],
  }
}
