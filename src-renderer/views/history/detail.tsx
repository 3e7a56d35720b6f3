import type { HistoryRow } from '../../../src-main/common/contract/session.ts'
import { selectionWords } from '../../frame/selection-words.ts'
import type { Focus } from '../../state/focus.ts'
import { usePrefs } from '../../state/prefs.ts'
import type { Selection } from '../../state/selection.ts'
import { useQuery } from '../../client/use-query.ts'
import { communityName } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { useAccountName } from '../../ui/text.tsx'
import { useWordNames } from '../../ui/use-word-names.ts'
import { payloadWords } from '../case/payload.ts'

/** What came of a step, in a few words: the selection, what the inspector showed, what the journal says. */
export function Detail({ row }: { row: HistoryRow }) {
  const { detail } = row
  if (!detail) return null
  if (row.kind === 'judgement') {
    const words = payloadWords(detail)
    return words ? <span className="sh-quiet">{words}</span> : null
  }
  const focus = (detail['focus'] as { focus?: Focus | null } | undefined)?.focus
  const selection = detail['selection'] as Selection | undefined
  return (
    <>
      {selection && <SelectionDetail selection={selection} />}
      {!selection && focus && <FocusDetail focus={focus} />}
    </>
  )
}

function SelectionDetail({ selection }: { selection: Selection }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const names = useWordNames(selection)
  // A row names how many sets there are; which ones, the chip says when it is selected again.
  const words = selectionWords(selection, t, { language, names, sets: [] })
  const text = words.map(({ name, value }) => `${name} ${value}`).join(' · ')
  return text ? <span className="sh-quiet">{text}</span> : null
}

function FocusDetail({ focus }: { focus: Focus }) {
  const t = useT()
  const call = useAccountName()
  const account = useQuery('accounts.get', focus.kind === 'account' ? { id: focus.id } : null, { on: [] })
  if (focus.kind === 'community') return <span className="sh-quiet">{communityName(focus.id)}</span>
  if (focus.kind === 'account')
    return <span className="sh-quiet">{account.data ? call(focus.id, account.data.key) : '…'}</span>
  return <span className="sh-quiet">{t(`session.pinned.${focus.kind}`)}</span>
}
