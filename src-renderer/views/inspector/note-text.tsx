import { noteParts, type Mention } from '../../../src-main/common/mentions.ts'
import { useFocus } from '../../state/focus.ts'
import { useLayout } from '../../state/layout.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { communityName } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { useAccountName } from '../../ui/text.tsx'
import { useCurrentCase } from '../case/current-case.ts'

/** A note as text, what it names as links. The text is a person's and only ever becomes text nodes. */
export function NoteText(props: { text: string }) {
  return (
    <p dir="auto" className="said-text">
      {noteParts(props.text).map((part, i) =>
        typeof part === 'string' ? part : <MentionLink key={i} mention={part} />,
      )}
    </p>
  )
}

function MentionLink({ mention }: { mention: Mention }) {
  const t = useT()
  const show = useFocus((s) => s.show)
  const showPanel = useLayout((s) => s.show)
  const choose = useCurrentCase((s) => s.choose)
  const shownRun = useWorkspace((s) => s.info?.runs.communities)
  const call = useMentionName()
  const { kind, ref, run } = mention
  const name = call(mention)
  // A community of another partition is not the one that has its number now.
  if (kind === 'community' && run !== null && run !== shownRun)
    return (
      <span className="mention is-gone" title={t('pages.mention.otherRun', { run })}>
        @{name}
      </span>
    )
  const open = () => {
    if (kind === 'case') {
      choose(ref)
      showPanel('case')
    } else show({ kind, id: ref })
  }
  return (
    <button type="button" className="link mention" title={t(`pages.mention.kind.${kind}`)} onClick={open}>
      @{name}
    </button>
  )
}

/** How a mention is called now: by its account's pseudonym while names are hidden. */
export function useMentionName(): (mention: Mention) => string {
  const account = useAccountName()
  return (m) =>
    m.kind === 'account' ? account(m.ref, m.label) : m.kind === 'community' ? communityName(m.ref) : m.label
}
