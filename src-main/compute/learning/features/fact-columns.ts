import type { ColumnFamily } from '../types.ts'

export interface FactInfo {
  readonly family: ColumnFamily
  readonly unit: string
  /** It takes other accounts' rows to know it; left out of the features-only control. */
  readonly ofOthers?: true
}

const of = (family: ColumnFamily, unit: string): FactInfo => ({ family, unit })
const ofOthers = (family: ColumnFamily, unit: string): FactInfo => ({ family, unit, ofOthers: true })

/** The columns that come from facts/, by name: what they are evidence of. */
export const FACT_COLUMNS: Readonly<Record<string, FactInfo>> = {
  devices: of('sharing', 'count'),
  device_crowd: ofOthers('sharing', 'accounts'),
  device_rarity: ofOthers('sharing', 'ratio'),
  ips: of('sharing', 'count'),
  ip_crowd: ofOthers('sharing', 'accounts'),
  ip_crowd_least: ofOthers('sharing', 'accounts'),
  ip_rarity: ofOthers('sharing', 'ratio'),
  others: of('sharing', 'count'),
  other_crowd: ofOthers('sharing', 'accounts'),
  other_rarity: ofOthers('sharing', 'ratio'),
  registration_hour_sin: of('registration', 'hour'),
  registration_hour_cos: of('registration', 'hour'),
  registration_burst: ofOthers('registration', 'ratio'),
  account_age: of('registration', 'days'),
  logins: of('logins', 'count'),
  login_active_days: of('logins', 'days'),
  other_events: of('logins', 'count'),
  login_night_share: of('logins', 'share'),
  login_hour_entropy: of('logins', 'share'),
  login_ips: of('logins', 'count'),
  login_contexts: of('logins', 'count'),
  login_recency: of('logins', 'days'),
  login_failure_share: of('logins', 'share'),
  login_devices: of('logins', 'count'),
  login_new_device_share: of('logins', 'share'),
  login_countries: of('logins', 'count'),
  login_country_changes: of('logins', 'share'),
  login_burstiness: of('logins', 'index'),
  reports_received: of('reports', 'count'),
  reporters: of('reports', 'accounts'),
  reports_made: of('reports', 'count'),
  report_spam: of('reports', 'count'),
  report_scam: of('reports', 'count'),
  report_abuse: of('reports', 'count'),
}

/** What is computed of a graph. */
const GRAPH_COLUMNS = [
  'degree',
  'strength',
  'core',
  'pagerank',
  'neighbour_rarity',
  'neighbour_share',
  'triangles',
  'clustering',
  'overlap_sum',
  'overlap',
  'overlap_most',
  'embedding',
  'community_size',
  'community_density',
  'community_inside',
  'small_community_size',
  'small_community_density',
  'small_community_inside',
  'labels',
]
/** Names that an attribute of a file can't take; it is then called 'attribute:<name>'. */
const RESERVED: ReadonlySet<string> = new Set(Object.keys(FACT_COLUMNS).concat(GRAPH_COLUMNS))

/** What an attribute's quantity is called among all columns, in every export. */
export const attributeBase = (name: string): string =>
  RESERVED.has(name) || /[:=]/.test(name) ? `attribute:${name}` : name
