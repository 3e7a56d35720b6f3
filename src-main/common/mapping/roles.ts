/**
 * What an import can make of a row: six tables, and the roles that columns play in each. docs/export-layout.md describes
 * the same for people; where the two differ, this file is right.
 */

/** In the order of import: who exists comes first, so that `account` rows cite the accounts file. */
export const TABLES = ['accounts', 'relations', 'links', 'events', 'reports', 'labels'] as const
export type TableName = (typeof TABLES)[number]

/** id: an account's or a report's; entity: what accounts share; word: of a small vocabulary; text: anything. */
export type RoleKind = 'id' | 'entity' | 'time' | 'word' | 'number' | 'count' | 'text'

export interface RoleInfo {
  kind: RoleKind
  /** True where a row without it is no such row. */
  required: boolean
}

const role = (kind: RoleKind, required = false): RoleInfo => ({ kind, required })

export const ROLES = {
  accounts: { account_id: role('id', true), registered_at: role('time') },
  relations: {
    src: role('id', true),
    dst: role('id', true),
    type: role('word'),
    weight: role('number'),
    first_seen: role('time'),
    last_seen: role('time'),
  },
  links: {
    account_id: role('id', true),
    entity_type: role('word', true),
    entity_id: role('entity', true),
    first_seen: role('time'),
    last_seen: role('time'),
    count: role('count'),
  },
  events: {
    account_id: role('id', true),
    ts: role('time', true),
    kind: role('word'),
    context: role('word'),
    ip: role('entity'),
    device: role('entity'),
    country: role('word'),
    city: role('word'),
    outcome: role('word'),
  },
  reports: {
    report_id: role('id', true),
    account_id: role('id', true),
    reporter_id: role('id'),
    ts: role('time'),
    lang: role('word'),
    category: role('word'),
    text: role('text', true),
  },
  labels: {
    account_id: role('id', true),
    label: role('word', true),
    source: role('word'),
    ts: role('time'),
  },
} satisfies Record<TableName, Record<string, RoleInfo>>

/** Tables that keep further columns as attributes. */
export const KEEPS_ATTRIBUTES: readonly TableName[] = ['accounts', 'events']

/** What stands for an absent column or an empty cell. */
export const DEFAULTS = { relationType: 'relation', weight: 1, eventKind: 'event', count: 1 } as const

export function rolesOf(table: TableName): Record<string, RoleInfo> {
  return ROLES[table]
}
export function requiredRoles(table: TableName): string[] {
  return Object.entries(rolesOf(table)).flatMap(([name, { required }]) => (required ? [name] : []))
}
