import type { pageMethods } from '../../common/contract/pages.ts'
import { ShoalError } from '../../common/errors.ts'
import { caseChanges } from '../cases/since.ts'
import { compareCommunities } from '../communities/compare.ts'
import { memberPage } from '../communities/members.ts'
import { prepareStats } from '../communities/prepare.ts'
import { organisersOf } from '../communities/organisers.ts'
import { requireStats } from '../communities/stats.ts'
import { themesOf } from '../communities/themes.ts'
import { withoutOf } from '../communities/without.ts'
import type { CoreContext, Handlers } from '../context.ts'
import { accountHistory } from './history.ts'

/** What the pages of an account, a community and a case ask beyond their first answer. */
export function pageHandlers(ctx: CoreContext): Handlers<typeof pageMethods> {
  /** A community of the shown run; what is known of all of them is added up outside this thread. */
  const known = async (id: number) => {
    const { db, path } = ctx.open()
    await prepareStats(ctx)
    if (id >= requireStats(db).count) throw new ShoalError('not_found', `There is no community C-${id + 1}.`)
    return { db, path }
  }
  return {
    'accounts.history': (input) => accountHistory(ctx.open().db, input),
    'communities.memberPage': async ({ id, offset, limit }) =>
      memberPage((await known(id)).db, id, { offset, limit }),
    'communities.organisers': async ({ id, limit }) => {
      const { db, path } = await known(id)
      return organisersOf(db, path, id, limit)
    },
    'communities.themes': async ({ id, limit }) => themesOf((await known(id)).db, id, limit),
    'communities.without': async ({ id }) => {
      const { db, path } = await known(id)
      return withoutOf(db, path, id)
    },
    'communities.compare': async ({ a, b }) => {
      const { db, path } = await known(a)
      return compareCommunities(db, path, a, b)
    },
    'cases.changes': ({ id }) => caseChanges(ctx.open().db, id),
  }
}
