import { Button } from '@blueprintjs/core'
import type { DuplicateGroup } from '../../../src-main/common/contract/sharing.ts'
import { useQuery } from '../../client/use-query.ts'
import { useFocus } from '../../state/focus.ts'
import { useSelection } from '../../state/selection.ts'
import { ErrorState, Spinner } from '../../ui/states.tsx'
import { AccountName } from '../../ui/text.tsx'
import { percentText, thingName } from './edge-sentence.ts'
import './sharing.css'
import { useWording } from './wording.ts'

const NAMED = 8

/** The groups of near-identical texts and of the very same shared things that an account is in. */
export function NearDuplicates(props: { account: number }) {
  const { t } = useWording()
  const groups = useQuery(
    'similarity.groups',
    { account: props.account, limit: 20 },
    { on: ['facts'], reset: true },
  )
  if (groups.error) return <ErrorState error={groups.error} onRetry={groups.refetch} compact />
  if (!groups.data) return <Spinner size={16} />
  if (groups.data.rows.length === 0) return <p className="sh-quiet">{t('sharing.duplicates.none')}</p>
  return (
    <ul className="duplicates" data-testid="near-duplicates" aria-label={t('sharing.duplicates.title')}>
      {groups.data.rows.map((group, i) => (
        <Group key={i} group={group} account={props.account} keys={groups.data!.keys} />
      ))}
    </ul>
  )
}

function Group(props: { group: DuplicateGroup; account: number; keys: Record<number, string> }) {
  const wording = useWording()
  const { t, language } = wording
  const show = useFocus((s) => s.show)
  const patch = useSelection((s) => s.patch)
  const { group } = props
  const what = group.kind === 'entities' ? 'entities' : (`texts_${group.of ?? 'profiles'}` as const)
  const named = [...group.members]
    .filter((id) => id !== props.account && props.keys[id] !== undefined)
    .slice(0, NAMED)
  const rest = group.size - named.length - 1
  return (
    <li>
      <div className="duplicates-head">
        <b>{t(`sharing.duplicates.${what}`, { count: group.size })}</b>
        <Button
          size="small"
          variant="minimal"
          icon="small-plus"
          text={t('sharing.duplicates.select')}
          onClick={() => patch({ accounts: [...group.members] })}
        />
      </div>
      {group.text !== null && <p className="edge-excerpt">{group.text}</p>}
      {group.things.length > 0 && (
        <p>
          {new Intl.ListFormat(language, { type: 'conjunction' }).format(
            group.things.map((thing) => thingName(thing, wording)),
          )}
        </p>
      )}
      {group.similarity < 1 && (
        <p className="sh-quiet section-note">
          {t('sharing.duplicates.least', { percent: percentText(group.similarity, language) })}
        </p>
      )}
      <p className="duplicates-members">
        {named.map((id) => (
          <button key={id} type="button" className="link" onClick={() => show({ kind: 'account', id })}>
            <AccountName id={id} name={props.keys[id]!} />
          </button>
        ))}
        {rest > 0 && <span className="sh-quiet">{t('sharing.duplicates.rest', { count: rest })}</span>}
      </p>
    </li>
  )
}
