import type { FactChanges } from '../../../../src-main/common/contract/changes.ts'
import { Explained } from '../../../ui/explain.tsx'
import { useDynamicT, useT } from '../../../ui/i18n/index.ts'
import { Section } from '../../../ui/panel.tsx'
import { NumberText } from '../../../ui/text.tsx'

/** What came in beside accounts, by kind of fact. */
export function FactSection({ facts }: { facts: FactChanges[] }) {
  const t = useT()
  const dynamic = useDynamicT()
  if (facts.length === 0)
    return (
      <Section title={t('changes.facts.title')}>
        <p className="sh-quiet">{t('changes.facts.none')}</p>
      </Section>
    )
  return (
    <Section title={t('changes.facts.title')} testId="changes-facts">
      <table className="sh-changes-facts">
        <thead>
          <tr>
            <th scope="col">{t('import.column.table')}</th>
            {(['new', 'known', 'superseded'] as const).map((column) => (
              <th key={column} scope="col" className="sh-num">
                <Explained what={t(`changes.facts.${column}About`)}>{t(`changes.facts.${column}`)}</Explained>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {facts.map((row) => (
            <tr key={row.table}>
              <th scope="row">{dynamic('import.table', row.table)}</th>
              {(['new', 'known', 'superseded'] as const).map((column) => (
                <td key={column} className="sh-num">
                  <NumberText value={row[column]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}
