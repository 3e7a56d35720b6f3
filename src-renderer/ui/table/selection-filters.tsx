import type { ReactElement } from 'react'
import { useSelection, type Selection } from '../../state/selection.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { useDynamicT, useT } from '../i18n/index.ts'
import type { Column } from '../virtual-table.tsx'
import { ChoiceFilter, CommunitiesFilter, RangeFilter } from './filters.tsx'

const REPORT_CLASSES = ['scam', 'spam', 'abuse', 'normal']
const LABELS = ['malicious', 'benign']
const VERDICTS = ['malicious', 'benign', 'unsure'] as const

function Risk() {
  const value = useSelection((s) => s.selection.risk)
  const patch = useSelection((s) => s.patch)
  return (
    <RangeFilter
      kind="number"
      least={0}
      most={1}
      value={value ? { from: value.min, to: value.max } : null}
      onChange={(v) => patch({ risk: v ? { min: v.from, max: v.to } : undefined })}
    />
  )
}

function Registered() {
  const value = useSelection((s) => s.selection.registered)
  const patch = useSelection((s) => s.patch)
  const zone = useWorkspace((s) => s.info?.tzOffset ?? 0)
  return (
    <RangeFilter
      kind="date"
      zone={zone}
      value={value ?? null}
      onChange={(v) => patch({ registered: v ?? undefined })}
    />
  )
}

function Communities() {
  const t = useT()
  const value = useSelection((s) => s.selection.communities)
  const patch = useSelection((s) => s.patch)
  return (
    <CommunitiesFilter
      label={t('communities.column.community')}
      value={value ?? []}
      onChange={(communities) => patch({ communities })}
    />
  )
}

function Reports() {
  const dynamic = useDynamicT()
  const value = useSelection((s) => s.selection.reportClasses)
  const patch = useSelection((s) => s.patch)
  return (
    <ChoiceFilter
      options={REPORT_CLASSES.map((name) => ({ value: name, label: dynamic('common.class', name, name) }))}
      value={value ?? []}
      onChange={(reportClasses) => patch({ reportClasses })}
    />
  )
}

function Labels() {
  const dynamic = useDynamicT()
  const value = useSelection((s) => s.selection.labels)
  const patch = useSelection((s) => s.patch)
  return (
    <ChoiceFilter
      options={LABELS.map((name) => ({ value: name, label: dynamic('common.verdict', name, name) }))}
      value={value ?? []}
      onChange={(labels) => patch({ labels })}
    />
  )
}

function Verdicts() {
  const dynamic = useDynamicT()
  const value = useSelection((s) => s.selection.verdicts)
  const patch = useSelection((s) => s.patch)
  return (
    <ChoiceFilter
      options={VERDICTS.map((name) => ({ value: name, label: dynamic('common.verdict', name, name) }))}
      value={value ?? []}
      onChange={(verdicts) => patch({ verdicts: verdicts as (typeof VERDICTS)[number][] })}
    />
  )
}

// Each reads its part of the selection itself: the header that holds it is drawn once.
const FILTERS = {
  risk: <Risk />,
  registered: <Registered />,
  communities: <Communities />,
  reportClasses: <Reports />,
  labels: <Labels />,
  verdicts: <Verdicts />,
} satisfies Partial<Record<keyof Selection, ReactElement>>
export type FilterPart = keyof typeof FILTERS

/** Columns with the funnels of the selection's parts in their headers. */
export function withFilters<R>(
  columns: readonly Column<R>[],
  selection: Selection,
  parts: Readonly<Record<string, FilterPart>>,
): Column<R>[] {
  return columns.map((column) => {
    const part = parts[column.key]
    if (part === undefined) return column
    return { ...column, filter: { active: selection[part] !== undefined, content: FILTERS[part] } }
  })
}
