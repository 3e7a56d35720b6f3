import { Callout } from '@blueprintjs/core'
import type { PreviewedTable } from '../../../../src-main/common/contract/imports.ts'
import { TABLES, type TableName } from '../../../../src-main/common/mapping/roles.ts'
import { usePrefs } from '../../../state/prefs.ts'
import { formatInstant, formatNumber, formatZone } from '../../../ui/format.ts'
import { useDynamicT, useT } from '../../../ui/i18n/index.ts'
import { Section } from '../../../ui/panel.tsx'
import { useProblemWords } from '../../../ui/provenance/problem-words.ts'
import { ErrorState } from '../../../ui/states.tsx'
import { useImportDraft, type Shape } from './draft.ts'

const TIMES = ['ts', 'registeredAt', 'firstSeen', 'lastSeen']

/** What the first rows of the chosen table would become, and which of them would not be stored. */
export function PreviewPane({ shape }: { shape: Shape }) {
  const t = useT()
  const preview = useImportDraft((s) => s.preview)
  const error = useImportDraft((s) => s.previewError)
  const mine = preview?.tables.filter((one) =>
    shape.tables.some(({ file, table }) => file.label === one.file && table.name === one.table),
  )
  return (
    <Section title={t('mapping.preview.title')} testId="mapping-preview">
      {error && <ErrorState error={error} compact />}
      {!error && shape.mapping.outputs.length === 0 && (
        <p className="sh-quiet">{t('mapping.preview.leftOut')}</p>
      )}
      {mine?.map((one) => (
        <PreviewedFile key={`${one.file} ${one.table}`} one={one} />
      ))}
    </Section>
  )
}

function PreviewedFile({ one }: { one: PreviewedTable }) {
  const t = useT()
  const dynamic = useDynamicT()
  const language = usePrefs((s) => s.language)
  const n = (value: number) => formatNumber(value, language)
  const made = TABLES.filter((table) => (one.facts[table] ?? 0) > 0)
  return (
    <div className="sh-mapping-previewed">
      <p data-testid="mapping-preview-counts">
        {t('mapping.preview.of', { count: one.rowsIn, rows: n(one.rowsIn) })}{' '}
        {made
          .map((table) => `${n(one.facts[table]!)} ${dynamic('import.table', table)}`)
          .join(t('mapping.preview.comma'))}
        {one.problems > 0 && (
          <span className="sh-warn">
            {made.length > 0 && t('mapping.preview.comma')}
            {t('mapping.preview.problems', { count: one.problems, n: n(one.problems) })}
          </span>
        )}
      </p>
      {one.faults.length > 0 && (
        <Callout intent="warning" icon={null} compact>
          <ul className="sh-mapping-faults">
            {one.faults.slice(0, 4).map((fault) => (
              <li key={fault.row}>
                {t('import.problems.row', { row: n(fault.row) })} · <FaultWords fault={fault} />
              </li>
            ))}
          </ul>
        </Callout>
      )}
      {made.map((table) => (
        <FactTable key={table} table={table} rows={one.shown[table]} />
      ))}
    </div>
  )
}

/** What is wrong with a row: in the reader's language, or, where only import's own English words tell all, those in English. */
function FaultWords({ fault }: { fault: PreviewedTable['faults'][number] }) {
  const dynamic = useDynamicT()
  const words = useProblemWords()
  const language = usePrefs((s) => s.language)
  const said = words(fault.code, [], { ...fault, cells: null })
  if (said !== null) return said
  if (language === 'en') return fault.message
  const kind = dynamic('import.problem', fault.code, fault.code)
  return <span title={fault.message}>{fault.column ? `${kind} · ${fault.column}` : kind}</span>
}

/** 'date: 2026-01-01 · city: Oslo' of the JSON that they are kept as. */
const plainAttributes = (json: string) =>
  Object.entries(JSON.parse(json) as Record<string, unknown>)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(' · ')

function FactTable({ table, rows }: { table: TableName; rows: Record<string, string | number | null>[] }) {
  const dynamic = useDynamicT()
  const names = Object.keys(rows[0] ?? {}).filter((name) =>
    rows.some((row) => row[name] !== null && row[name] !== '{}'),
  )
  if (rows.length === 0) return null
  return (
    <div className="sh-mapping-table" tabIndex={0} role="region" aria-label={dynamic('import.table', table)}>
      <table>
        <caption>{dynamic('import.table', table)}</caption>
        <thead>
          <tr>
            {names.map((name) => (
              <th key={name} scope="col">
                {dynamic('mapping.fact', name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, 4).map((row, i) => (
            <tr key={i}>
              {names.map((name) => {
                const value = row[name]
                return (
                  <td key={name}>
                    {value === null || value === undefined
                      ? ''
                      : TIMES.includes(name)
                        ? `${formatInstant(value as number, 0, true, true)} ${formatZone(0)}`
                        : (name === 'attributes' ? plainAttributes(String(value)) : String(value)).slice(
                            0,
                            120,
                          )}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
