import { Button, HTMLSelect } from '@blueprintjs/core'
import { useEffect, useRef, useState } from 'react'
import {
  ACCOUNT_CHANGES,
  type AccountChange,
  type ImportRef,
} from '../../../../src-main/common/contract/changes.ts'
import { useQuery } from '../../../client/use-query.ts'
import { usePrefs } from '../../../state/prefs.ts'
import { useWorkspace } from '../../../state/workspace.ts'
import { Explained } from '../../../ui/explain.tsx'
import { formatInstant, formatNumber, formatZone } from '../../../ui/format.ts'
import { useT, type T } from '../../../ui/i18n/index.ts'
import { PanelHeader } from '../../../ui/panel.tsx'
import { EmptyState, ErrorState } from '../../../ui/states.tsx'
import { Waiting } from '../../../ui/waiting.tsx'
import { AccountChanges } from './account-list.tsx'
import { CommunitySection } from './community-section.tsx'
import { FactSection } from './fact-section.tsx'
import { closeChanges, useChanges } from './state.ts'
import './changes.css'

/** What an import changed beside an earlier one: accounts, facts, communities. */
export function ChangesView({ job }: { job: number }) {
  const t = useT()
  const zone = useWorkspace((s) => s.info?.tzOffset ?? 0)
  const earlier = useChanges((s) => s.earlier)
  const which = { job, ...(earlier !== null && { earlier }) }
  const query = useQuery('changes.get', which, { on: ['facts', 'runs'], reset: true })
  const [chosen, setChosen] = useState<AccountChange | null>(null)
  const changes = query.data
  const seen = useRef<number | null | undefined>(undefined)
  useEffect(() => {
    if (changes) seen.current = earlier
  }, [changes, earlier])
  /** Back to the comparison that was shown before, if one was. */
  const stop = () =>
    seen.current === undefined ? closeChanges() : useChanges.setState({ earlier: seen.current })
  const kind = chosen ?? (changes ? firstOfInterest(changes.accounts) : 'new')
  return (
    <div className="sh-view sh-changes" data-testid="changes">
      <PanelHeader
        title={t('changes.title')}
        about={
          changes &&
          t('changes.import', { date: formatInstant(changes.import.at, zone), zone: formatZone(zone) })
        }
      >
        {changes && changes.others.length > 0 && (
          <label className="sh-changes-beside">
            {t('changes.beside')}
            <HTMLSelect
              value={changes.earlier?.job ?? ''}
              data-testid="changes-earlier"
              onChange={(event) => useChanges.setState({ earlier: Number(event.currentTarget.value) })}
            >
              {changes.earlier === null && <option value="">–</option>}
              {changes.others.map((other) => (
                <option key={other.job} value={other.job}>
                  {importWords(other, t, zone)}
                </option>
              ))}
            </HTMLSelect>
          </label>
        )}
        <Button
          size="small"
          icon="arrow-left"
          text={t('changes.back')}
          data-testid="changes-back"
          onClick={closeChanges}
        />
      </PanelHeader>
      {query.error ? (
        <ErrorState error={query.error} onRetry={query.refetch} />
      ) : !changes ? (
        <Waiting label={t('changes.loading')} progress={query.progress} onCancel={stop} />
      ) : changes.earlier === null ? (
        <EmptyState icon="changes" title={t('changes.nothing.title')}>
          {t('changes.nothing.text')}
        </EmptyState>
      ) : (
        <div className="sh-changes-body">
          <div className="sh-changes-main">
            <Figures accounts={changes.accounts} kind={kind} onChoose={setChosen} />
            <ColumnNotes columns={changes.columns} />
            <AccountChanges
              key={`${job} ${changes.earlier.job} ${kind}`}
              which={which}
              kind={kind}
              fields={changes.fields}
              total={changes.accounts[kind]}
            />
          </div>
          <div className="sh-changes-side">
            <CommunitySection which={which} changes={changes.communities} />
            <FactSection facts={changes.facts} />
          </div>
        </div>
      )}
    </div>
  )
}

function importWords({ at, files }: ImportRef, t: T, zone: number): string {
  const names =
    files.length > 1
      ? t('changes.files', { first: files[0] ?? '', count: files.length - 1 })
      : (files[0] ?? '')
  return t('changes.importOption', { date: formatInstant(at, zone), files: names })
}

/** What is looked at first: what changed most surely matters. */
function firstOfInterest(accounts: Record<AccountChange, number | null>): AccountChange {
  return (['changed', 'new', 'gone', 'described'] as const).find((kind) => (accounts[kind] ?? 0) > 0) ?? 'new'
}

/** The numbers; each shows its accounts. */
function Figures(props: {
  accounts: Record<AccountChange, number | null>
  kind: AccountChange
  onChoose(kind: AccountChange): void
}) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  return (
    <ul className="sh-changes-figures" aria-label={t('changes.accounts')}>
      {ACCOUNT_CHANGES.map((kind) => {
        const count = props.accounts[kind]
        return (
          <li key={kind}>
            <button
              type="button"
              aria-pressed={props.kind === kind}
              disabled={count === null}
              data-testid={`changes-${kind}`}
              onClick={() => props.onChoose(kind)}
            >
              <b className="sh-num">{count === null ? '–' : formatNumber(count, language)}</b>
              <span>{t(`changes.kind.${kind}`)}</span>
            </button>
            <Explained what={count === null ? t('changes.untold') : t(`changes.about.${kind}`)}>
              <span className="sh-changes-why" role="img" aria-label={t(`changes.about.${kind}`)}>
                ?
              </span>
            </Explained>
          </li>
        )
      })}
    </ul>
  )
}

function ColumnNotes({ columns }: { columns: { added: string[]; dropped: string[] } }) {
  const t = useT()
  const names = (list: string[]) => list.join(t('changes.comma'))
  return (
    <>
      {columns.added.length > 0 && (
        <p className="sh-changes-note sh-quiet">{t('changes.onlyLater', { names: names(columns.added) })}</p>
      )}
      {columns.dropped.length > 0 && (
        <p className="sh-changes-note sh-quiet">
          {t('changes.onlyEarlier', { names: names(columns.dropped) })}
        </p>
      )}
    </>
  )
}
