import { Fragment } from 'react'
import type { CommunityDetail } from '../../../src-main/common/contract/communities.ts'
import { useFocus } from '../../state/focus.ts'
import { useSelection } from '../../state/selection.ts'
import { communityName } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { Section } from '../../ui/panel.tsx'

/** A level with more communities than this is most of the map and says little about one of them. */
const MOST = 200
const NAMED = 5

/** The wider groups that a community is part of, finest first; each can be selected as a whole. */
export function GroupsSection({ community }: { community: CommunityDetail }) {
  const t = useT()
  const show = useFocus((s) => s.show)
  const patch = useSelection((s) => s.patch)
  const groups = community.groups.filter((group) => group.communities <= MOST)
  if (groups.length === 0) return null
  return (
    <Section title={t('trust.groups.title')} testId="wider-groups">
      <p className="sh-quiet section-note">{t('trust.groups.about')}</p>
      <ul className="lines">
        {groups.map((group) => {
          const others = group.ids.filter((id) => id !== community.id)
          return (
            <li key={group.level} className="wider-group">
              <span>
                {t('trust.groups.size', { count: group.communities, accounts: group.accounts })}
                {t('trust.groups.colon')}
                {others.slice(0, NAMED).map((id, i, named) => (
                  <Fragment key={id}>
                    <span className="sh-nowrap">
                      <button type="button" className="link" onClick={() => show({ kind: 'community', id })}>
                        {communityName(id)}
                      </button>
                      {i + 1 < named.length && t('trust.groups.comma')}
                    </span>{' '}
                  </Fragment>
                ))}
                {others.length > NAMED && t('trust.groups.more', { count: others.length - NAMED })}
              </span>
              <button type="button" className="link" onClick={() => patch({ communities: group.ids })}>
                {t('trust.groups.select')}
              </button>
            </li>
          )
        })}
      </ul>
    </Section>
  )
}
