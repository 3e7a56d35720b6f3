import { Button, Dialog, DialogBody, DialogFooter, HTMLSelect } from '@blueprintjs/core'
import { useEffect, useState } from 'react'
import {
  provenanceAbout,
  type ProvenanceAbout,
  type RowRef,
} from '../../../src-main/common/contract/provenance.ts'
import type { TableName } from '../../../src-main/common/mapping/roles.ts'
import { useQuery } from '../../client/use-query.ts'
import { useLayout } from '../../state/layout.ts'
import { usePrefs } from '../../state/prefs.ts'
import { MadeComparable } from '../comparable.tsx'
import { formatNumber } from '../format.ts'
import { useDynamicT, useT } from '../i18n/index.ts'
import { ErrorState, Spinner } from '../states.tsx'
import { useCopy } from '../text.tsx'
import { rowAsText, rowAsTsv } from './copy.ts'
import { RowAsItWas } from './row.tsx'
import { useProvenance, type AskedRows } from './state.ts'
import './provenance.css'

/** Rows of an account are asked for in pages of so many. */
const PAGE = 100

/** "Where is this from?": the rows behind a fact as they stood in their files. One for the whole window. */
export function ProvenanceDialog() {
  const t = useT()
  const asked = useProvenance((s) => s.asked)
  const close = useProvenance((s) => s.close)
  const closed = useProvenance((s) => s.closed)
  const leaving = useProvenance((s) => s.leaving !== null)
  // What stands in it while it fades away.
  const [last, setLast] = useState(asked)
  if (asked && asked !== last) setLast(asked)
  const shown = asked ?? last
  return (
    <Dialog
      isOpen={asked !== null}
      onClose={close}
      onClosed={closed}
      shouldReturnFocusOnClose={!leaving}
      title={t('provenance.title')}
      className="sh-provenance"
    >
      {shown && (
        <div data-testid="provenance-dialog">
          {'refs' in shown ? (
            <Rows key={JSON.stringify(shown)} refs={shown.refs} total={shown.refs.length} to={shown.to} />
          ) : (
            <AccountRows key={`${shown.accountId} ${shown.about}`} asked={shown} />
          )}
        </div>
      )}
    </Dialog>
  )
}

/** Rows that say something of an account, by what they became. */
function AccountRows({ asked }: { asked: Extract<AskedRows, { accountId: number }> }) {
  const t = useT()
  const dynamic = useDynamicT()
  const [about, setAbout] = useState<ProvenanceAbout>(asked.about)
  const [offset, setOffset] = useState(0)
  const input = { accountId: asked.accountId, about, offset, limit: PAGE }
  const { data, error, refetch } = useQuery('provenance.facts', input, { on: ['facts'] })
  const choose = (
    <HTMLSelect
      value={about}
      aria-label={t('provenance.about')}
      data-testid="provenance-about"
      options={provenanceAbout.options.map((value) => ({
        value,
        label: value === 'all' ? t('provenance.all') : dynamic('import.table', value),
      }))}
      onChange={(event) => {
        setOffset(0)
        setAbout(event.currentTarget.value as ProvenanceAbout)
      }}
    />
  )
  if (error)
    return (
      <DialogBody>
        <ErrorState error={error} onRetry={refetch} compact />
      </DialogBody>
    )
  if (!data)
    return (
      <DialogBody>
        <Spinner />
      </DialogBody>
    )
  return (
    <Rows
      key={about}
      refs={data.refs}
      first={offset}
      total={data.total}
      choose={choose}
      onReach={(index) => setOffset(Math.floor(index / PAGE) * PAGE)}
    />
  )
}

/** One of several rows at a time. `first`: the place of `refs[0]` among `total`. */
function Rows(props: {
  refs: readonly (RowRef & { to?: TableName })[]
  total: number
  first?: number
  to?: TableName | undefined
  choose?: React.ReactNode
  onReach?(index: number): void
}) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const { refs, total, first = 0, onReach } = props
  const [index, setIndex] = useState(0)
  const at = refs[index - first]
  useEffect(() => {
    if (!at && total > 0) onReach?.(index)
  }, [at, index, total, onReach])
  const { data, error, refetch } = useQuery(
    'provenance.rows',
    at ? { refs: [{ sourceId: at.sourceId, row: at.row }] } : null,
    { on: ['facts'] },
  )
  const row = data?.rows[0]
  const source = data?.sources[0]
  const n = (value: number) => formatNumber(value, language)
  return (
    <>
      <DialogBody>
        {(total > 1 || props.choose) && (
          <div className="sh-provenance-pager">
            {props.choose}
            <span role="status" data-testid="provenance-place">
              {total === 0
                ? t('provenance.none')
                : t('provenance.place', { at: n(index + 1), total: n(total) })}
            </span>
            <Button
              size="small"
              variant="minimal"
              icon="chevron-left"
              aria-label={t('provenance.previous')}
              disabled={index === 0}
              onClick={() => setIndex(index - 1)}
            />
            <Button
              size="small"
              variant="minimal"
              icon="chevron-right"
              aria-label={t('provenance.next')}
              data-testid="provenance-next"
              disabled={index + 1 >= total}
              onClick={() => setIndex(index + 1)}
            />
          </div>
        )}
        {error && <ErrorState error={error} onRetry={refetch} compact />}
        {!error && total > 0 && !row && <Spinner />}
        {row && source && (
          <>
            <RowAsItWas source={source} row={row} hidden={data.hidden} to={props.to ?? at?.to} />
            <MadeComparable identity={source.identity} />
          </>
        )}
      </DialogBody>
      {row && source && <Actions source={source} row={row} hidden={data.hidden} />}
    </>
  )
}

function Actions({ source, row, hidden }: Omit<Parameters<typeof RowAsItWas>[0], 'to'>) {
  const t = useT()
  const text = useCopy()
  const tsv = useCopy()
  const show = useLayout((s) => s.show)
  const showSource = useProvenance((s) => s.showSource)
  const nothing = hidden || (row.cells === null && row.text === null)
  const names = { file: t('provenance.file'), row: t('provenance.row'), imported: t('provenance.imported') }
  return (
    <DialogFooter
      actions={
        <>
          <Button
            icon={text.copied ? 'tick' : 'duplicate'}
            text={t('provenance.copyText')}
            disabled={nothing}
            data-testid="provenance-copy"
            onClick={() => text.copy(rowAsText(source, row, names))}
          />
          <Button
            icon={tsv.copied ? 'tick' : 'th'}
            text={t('provenance.copyTsv')}
            disabled={nothing}
            onClick={() => tsv.copy(rowAsTsv(row))}
          />
        </>
      }
    >
      <Button
        variant="minimal"
        icon="import"
        text={t('provenance.showSource')}
        data-testid="provenance-source"
        onClick={() => {
          showSource(source.sourceId)
          show('import')
        }}
      />
    </DialogFooter>
  )
}
