import { Button } from '@blueprintjs/core'
import { useCallback, useMemo, useState } from 'react'
import type { AppOutput } from '../../../src-main/common/contract/index.ts'
import type { JournalRow } from '../../../src-main/common/contract/jobs.ts'
import { toErrorShape, type ErrorShape } from '../../../src-main/common/errors.ts'
import { api } from '../../client/api.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { EmptyState, ErrorState } from '../../ui/states.tsx'
import { HashText, NumberText, TimeText } from '../../ui/text.tsx'
import { VirtualTable, type Column } from '../../ui/virtual-table.tsx'
import { actionWords, payloadWords } from './payload.ts'

/** Everything that was done here, newest first, and whether the chain of hashes holds. */
export function Journal() {
  const t = useT()
  const dynamic = useDynamicT()
  const version = useWorkspace((s) => s.version)
  const seq = useWorkspace((s) => s.info?.journal.seq)
  const [state, setState] = useState<AppOutput<'journal.verify'> | null>(null)
  const [checking, setChecking] = useState(false)
  const [error, setError] = useState<ErrorShape | null>(null)
  const loadPage = useCallback(
    (offset: number, limit: number, signal: AbortSignal) =>
      api.call('journal.list', { offset, limit }, { signal }),
    // `version` and `seq`: the same question has a new answer.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [version, seq],
  )
  const check = async () => {
    setChecking(true)
    setError(null)
    try {
      setState(await api.call('journal.verify', {}))
    } catch (failure) {
      setError(toErrorShape(failure))
    } finally {
      setChecking(false)
    }
  }
  const columns = useMemo<Column<JournalRow>[]>(
    () => [
      {
        key: 'seq',
        title: t('case.journalTable.seq'),
        width: '48px',
        numeric: true,
        cell: (r) => <NumberText value={r.seq} />,
      },
      {
        key: 'time',
        title: t('case.journalTable.time'),
        width: '172px',
        cell: (r) => <TimeText ms={r.time} seconds />,
      },
      {
        key: 'actor',
        title: t('case.journalTable.actor'),
        width: '110px',
        cell: (r) => <bdi>{r.actor}</bdi>,
      },
      {
        key: 'action',
        title: t('case.journalTable.action'),
        width: 'minmax(156px, 1fr)',
        cell: (r) => actionWords(r, dynamic),
      },
      {
        key: 'detail',
        title: t('case.journalTable.detail'),
        width: 'minmax(140px, 2fr)',
        cell: (r) => (
          <span className="sh-quiet" title={JSON.stringify(r.payload, null, 1)}>
            {payloadWords(r.payload)}
          </span>
        ),
      },
      {
        key: 'hash',
        title: t('case.journalTable.hash'),
        width: '110px',
        cell: (r) => <HashText hash={r.hash} />,
      },
    ],
    [t, dynamic],
  )
  return (
    <div className="journal">
      <div className="journal-head">
        <p className="sh-quiet">{t('case.journalAbout')}</p>
        <span
          data-testid="journal-state"
          className={state && !state.ok ? 'journal-bad' : undefined}
          role="status"
        >
          {checking
            ? t('case.journalChecking')
            : state === null
              ? t('case.journalUnchecked')
              : state.ok
                ? t('case.journalOk', { count: state.entries })
                : t('case.journalBad', { seq: state.firstBadSeq ?? 0 })}
        </span>
        <Button
          size="small"
          icon="link"
          text={t('case.journalCheck')}
          disabled={checking}
          onClick={() => void check()}
        />
      </div>
      {error && <ErrorState error={error} compact />}
      <VirtualTable
        label={t('case.journal')}
        columns={columns}
        rowKey={(r) => r.seq}
        rowTestId="journal-row"
        loadPage={loadPage}
        empty={<EmptyState icon="history" title={t('case.journalEmpty')} />}
      />
    </div>
  )
}
