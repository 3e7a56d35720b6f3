import type { FieldChange } from '../../../../src-main/common/contract/changes.ts'
import type { T } from '../../../ui/i18n/index.ts'
import { formatInstant } from '../../../ui/format.ts'

/** A field's name as a person reads it. */
export const fieldName = (name: string, t: T) => (name === 'registered_at' ? t('changes.registered') : name)

/** A field's values before and after, as a person reads them. */
export function fieldValues({ name, values }: FieldChange, t: T, zone: number): [string, string] {
  const word = (value: string | null) =>
    value === null
      ? t('changes.empty')
      : name === 'registered_at'
        ? formatInstant(Date.parse(value), zone)
        : value
  return [word(values[0]), word(values[1])]
}

/** How many of a community's members are new, changed or gone; '' where none is. */
export function memberWords(
  counts: { new: number; changed: number; gone: number },
  t: T,
  number: (n: number) => string,
): string {
  return (['new', 'changed', 'gone'] as const)
    .filter((kind) => counts[kind] > 0)
    .map((kind) =>
      t('changes.communities.member', { n: number(counts[kind]), kind: t(`changes.kind.${kind}`) }),
    )
    .join(t('changes.comma'))
}
