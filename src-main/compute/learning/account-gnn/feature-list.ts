/**
 * What the account model looks at: one entry per quantity, in the order of the columns. This list and the code
 * that fills it are the only implementation: training reads matrices that it exported.
 *
 * Labels are never features here. The model is trained offline on simulated worlds and used on exports it has
 * never seen, where labels are scarce, late and partly wrong; a model that leaned on them would score what
 * analysts already know, and its training would need the simulator's labels to be wrong in the way real ones are.
 */
export type Family = 'structure' | 'sharing' | 'registration' | 'logins' | 'reports'

/** Why a value may be missing; one missing-value column each. */
export const GAPS = [
  'relations', // the graph has no relation channel
  'entities', // the graph has no entity channel
  'clustering', // fewer than two neighbours
  'devices', // no device is known of the account
  'ips', // no address is known of the account
  'others', // no other shared thing is known of the account
  'registration', // not known when it registered
  'events', // the export has no logins at all
  'logins', // no login of this account
  'login_outcomes', // its logins don't say whether they succeeded
  'login_devices', // its logins name no device
  'login_countries', // its logins name no country
  'login_intervals', // fewer than three logins
  'reports', // the export has no reports at all
] as const
export type Gap = (typeof GAPS)[number]

export interface Feature {
  readonly name: string
  readonly family: Family
  readonly unit: 'accounts' | 'count' | 'weight' | 'share' | 'days' | 'ratio' | 'index' | 'hour'
  /** log1p: model space is ln(1 + value); ln: ln(value), value > 0. */
  readonly scale: 'linear' | 'log1p' | 'ln'
  readonly gap: Gap
  /**
   * Features that say nearly the same, or only mean something together, are explained together under this name:
   * apart, they would share the credit between them by chance. The value told is that of the feature so named.
   */
  readonly group: string
}

const f = (
  name: string,
  family: Family,
  unit: Feature['unit'],
  scale: Feature['scale'],
  gap: Gap,
  group = name,
): Feature => ({ name, family, unit, scale, gap, group })

export const FEATURES: readonly Feature[] = [
  f('degree_relations', 'structure', 'accounts', 'log1p', 'relations'),
  f('strength_relations', 'structure', 'weight', 'log1p', 'relations', 'degree_relations'),
  f('degree_entities', 'structure', 'accounts', 'log1p', 'entities'),
  f('strength_entities', 'structure', 'weight', 'log1p', 'entities', 'degree_entities'),
  // Every node has a core number; 0 where it has no edges.
  f('core_relations', 'structure', 'index', 'log1p', 'relations', 'degree_relations'),
  f('core_entities', 'structure', 'index', 'log1p', 'entities', 'degree_entities'),
  f('clustering', 'structure', 'share', 'linear', 'clustering'),
  f('devices', 'sharing', 'count', 'log1p', 'devices'),
  f('device_crowd', 'sharing', 'accounts', 'log1p', 'devices'),
  f('ips', 'sharing', 'count', 'log1p', 'ips'),
  f('ip_crowd', 'sharing', 'accounts', 'log1p', 'ips'),
  f('ip_crowd_least', 'sharing', 'accounts', 'log1p', 'ips'),
  f('others', 'sharing', 'count', 'log1p', 'others'),
  f('other_crowd', 'sharing', 'accounts', 'log1p', 'others'),
  f('registration_hour_sin', 'registration', 'hour', 'linear', 'registration', 'registration_hour'),
  f('registration_hour_cos', 'registration', 'hour', 'linear', 'registration', 'registration_hour'),
  f('registration_burst', 'registration', 'ratio', 'ln', 'registration'),
  f('account_age', 'registration', 'days', 'log1p', 'registration'),
  f('logins', 'logins', 'count', 'log1p', 'events'),
  f('login_active_days', 'logins', 'days', 'log1p', 'events', 'logins'),
  f('other_events', 'logins', 'count', 'log1p', 'events'),
  f('login_night_share', 'logins', 'share', 'linear', 'logins'),
  f('login_hour_entropy', 'logins', 'share', 'linear', 'logins'),
  f('login_ips', 'logins', 'count', 'log1p', 'logins'),
  f('login_contexts', 'logins', 'count', 'log1p', 'logins'),
  f('login_recency', 'logins', 'days', 'log1p', 'logins'),
  f('login_failure_share', 'logins', 'share', 'linear', 'login_outcomes'),
  f('login_devices', 'logins', 'count', 'log1p', 'login_devices'),
  f('login_new_device_share', 'logins', 'share', 'linear', 'login_devices'),
  f('login_countries', 'logins', 'count', 'log1p', 'login_countries'),
  f('login_country_changes', 'logins', 'share', 'linear', 'login_countries'),
  f('login_burstiness', 'logins', 'index', 'linear', 'login_intervals'),
  f('reports_received', 'reports', 'count', 'log1p', 'reports'),
  f('reporters', 'reports', 'accounts', 'log1p', 'reports', 'reports_received'),
  f('reports_made', 'reports', 'count', 'log1p', 'reports'),
]

export const FEATURE_INDEX: ReadonlyMap<string, number> = new Map(FEATURES.map((x, k) => [x.name, k]))

/** A value in model space; NaN stays NaN. */
export function toModelSpace(feature: Feature, value: number): number {
  if (feature.scale === 'log1p') return Math.log1p(value)
  return feature.scale === 'ln' ? Math.log(value) : value
}

/** The value in the feature's own unit. */
export function fromModelSpace(feature: Feature, value: number): number {
  if (feature.scale === 'log1p') return Math.expm1(value)
  return feature.scale === 'ln' ? Math.exp(value) : value
}
