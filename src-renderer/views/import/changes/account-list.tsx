import { Button, HTMLSelect, InputGroup } from '@blueprintjs/core'
import { useCallback, useMemo, useState } from 'react'
import type { AccountChange, ChangedAccount } from '../../../../src-main/common/contract/changes.ts'
import { toErrorShape } from '../../../../src-main/common/errors.ts'
import { api } from '../../../client/api.ts'
import { useFocus } from '../../../state/focus.ts'
import { useLayout } from '../../../state/layout.ts'
import { usePrefs } from '../../../state/prefs.ts'
import { useSelection } from '../../../state/selection.ts'
import { useWorkspace } from '../../../state/workspace.ts'
import { formatNumber } from '../../../ui/format.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { EmptyState } from '../../../ui/states.tsx'
import { AccountName, TimeText } from '../../../ui/text.tsx'
import { useToasts } from '../../../ui/toast.tsx'
import { useSettled } from '../../../ui/use-settled.ts'
import { VirtualTable, type Column } from '../../../ui/virtual-table.tsx'
import type { CsvField } from '../../accounts/csv.ts'
import { ExportButtons } from '../../accounts/export-buttons.tsx'
import { useTableExport } from '../../accounts/export.ts'
import { fieldName, fieldValues } from './words.ts'

interface Which {
  job: number
  earlier?: number
}

/** The accounts behind one of the numbers: searched, selected on the map, opened, written to a file. */
export function AccountChanges(props: {
  which: Which
  kind: AccountChange
  fields: { name: string; accounts: number }[]
  total: number | null
}) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const zone = useWorkspace((s) => s.info?.tzOffset ?? 0)
  const say = useToasts((s) => s.say)
  const show = useFocus((s) => s.show)
  const focus = useFocus((s) => s.focus)
  const hover = useFocus((s) => s.hover)
  const showPanel = useLayout((s) => s.show)
  const { kind, fields } = props
  const { job, earlier } = props.which
  const [typed, setTyped] = useState('')
  const [field, setField] = useState<string | null>(null)
  const query = useSettled(typed, 150)
  const filter = useMemo(
    () => ({
      job,
      ...(earlier !== undefined && { earlier }),
      kind,
      query,
      ...(field !== null && { field }),
    }),
    [job, earlier, kind, query, field],
  )
  const [found, setFound] = useState<number | null>(null)
  const loadPage = useCallback(
    async (offset: number, limit: number, signal: AbortSignal) => {
      const page = await api.call('changes.accounts', { ...filter, offset, limit }, { signal })
      setFound(page.total)
      return page
    },
    [filter],
  )
  const changed = kind === 'changed'
  const columns = useMemo<Column<ChangedAccount>[]>(
    () => [
      {
        key: 'key',
        title: t('changes.column.account'),
        about: t('changes.column.accountAbout'),
        width: changed ? 'minmax(110px, 1fr)' : 'minmax(140px, 2fr)',
        cell: (r) => <AccountName id={r.id} name={r.key} />,
      },
      ...(changed
        ? [
            {
              key: 'changes',
              title: t('changes.column.changes'),
              about: t('changes.column.changesAbout'),
              width: 'minmax(200px, 3fr)',
              cell: (r: ChangedAccount) => <FieldList row={r} zone={zone} />,
            },
          ]
        : [
            {
              key: 'registered',
              title: t('changes.column.registered'),
              about: t('changes.column.registeredAbout'),
              width: 'minmax(138px, 1fr)',
              cell: (r: ChangedAccount) =>
                r.registeredAt === null ? (
                  <span className="sh-quiet">–</span>
                ) : (
                  <TimeText ms={r.registeredAt} />
                ),
            },
          ]),
    ],
    [t, changed, zone],
  )
  const exporting = useTableExport({
    loadPage,
    fields: CSV[changed ? 'changed' : 'listed'],
    name: `${kind}-accounts`,
    say,
  })
  const select = async () => {
    try {
      const set = await api.call('sets.create', { kind: 'changes', changes: filter })
      useSelection.getState().set({ sets: [set.id] })
      showPanel('map')
    } catch (error) {
      say(toErrorShape(error).message, 'failed')
    }
  }
  const selected = useMemo(() => new Set(focus?.kind === 'account' ? [focus.id] : []), [focus])
  const filtering = query.trim() !== '' || field !== null
  return (
    <>
      <div className="sh-changes-tools">
        <InputGroup
          size="small"
          leftIcon="search"
          type="search"
          placeholder={t('changes.search')}
          aria-label={t('changes.search')}
          value={typed}
          data-testid="changes-search"
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {changed && fields.length > 0 && (
          <HTMLSelect
            aria-label={t('changes.field')}
            value={field ?? ''}
            data-testid="changes-field"
            onChange={(event) => setField(event.currentTarget.value || null)}
          >
            <option value="">{t('changes.allFields')}</option>
            {fields.map(({ name, accounts }) => (
              <option key={name} value={name}>
                {t('changes.fieldOption', {
                  name: fieldName(name, t),
                  accounts: formatNumber(accounts, language),
                })}
              </option>
            ))}
          </HTMLSelect>
        )}
        <span className="sh-changes-gap" />
        <Button
          size="small"
          icon="locate"
          text={t('changes.onMap')}
          title={found === null ? '' : t('changes.select', { n: formatNumber(found, language) })}
          disabled={!found}
          data-testid="changes-select"
          onClick={() => void select()}
        />
        <ExportButtons exporting={exporting} disabled={!found} />
      </div>
      <VirtualTable
        label={t(`changes.kind.${kind}`)}
        columns={columns}
        rowKey={(r) => r.id}
        rowTestId="changes-row"
        loadPage={loadPage}
        selected={selected}
        onActivate={(r) => show({ kind: 'account', id: r.id })}
        onOpen={() => showPanel('inspector')}
        onCursor={(r) => hover({ account: r?.id ?? null })}
        empty={
          <EmptyState title={filtering ? t('changes.noMatch') : t(`changes.noneOf.${kind}`)}>
            {props.total === null ? t('changes.untold') : undefined}
          </EmptyState>
        }
      />
    </>
  )
}

/** What differs, each field before and after, on one line; all of it when pointed at. */
function FieldList({ row, zone }: { row: ChangedAccount; zone: number }) {
  const t = useT()
  const lines = row.fields.map((field) => ({
    name: fieldName(field.name, t),
    values: fieldValues(field, t, zone),
  }))
  return (
    <span
      className="sh-changes-fields"
      title={lines
        .map(({ name, values }) =>
          t('changes.standing.change', { name, before: values[0], after: values[1] }),
        )
        .join('\n')}
    >
      {lines.map(({ name, values }) => (
        <span key={name}>
          <span className="sh-quiet">{name}</span> <bdi>{values[0]}</bdi> <span className="sh-quiet">→</span>{' '}
          <bdi>{values[1]}</bdi>
        </span>
      ))}
    </span>
  )
}

const instant = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
const JSON_OF = (row: ChangedAccount, at: 0 | 1) =>
  JSON.stringify(Object.fromEntries(row.fields.map(({ name, values }) => [name, values[at]])))
const CSV: Record<'listed' | 'changed', readonly CsvField<ChangedAccount>[]> = {
  listed: [
    { header: 'account_id', value: (r) => r.key },
    { header: 'registered_at_utc', value: (r) => instant(r.registeredAt) },
  ],
  changed: [
    { header: 'account_id', value: (r) => r.key },
    { header: 'registered_at_utc', value: (r) => instant(r.registeredAt) },
    { header: 'fields', value: (r) => r.fields.map(({ name }) => name).join(' ') },
    { header: 'before_json', value: (r) => JSON_OF(r, 0) },
    { header: 'after_json', value: (r) => JSON_OF(r, 1) },
  ],
}
