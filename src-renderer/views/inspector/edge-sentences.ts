import type { EdgeReason } from '../../../src-main/common/contract/accounts.ts'

/** How common an entity is, in the words an innocent reading needs. */
export type Commonness = 'only_two' | 'household' | 'shared' | 'crowd'

/**
 * Two accounts on a device say a lot; two of four hundred behind one address say little. Up to 6 is what a family
 * or flat shares, above 30 what a campus, café or carrier does.
 */
export function commonness(accounts: number): Commonness {
  if (accounts <= 2) return 'only_two'
  if (accounts <= 6) return 'household'
  if (accounts <= 30) return 'shared'
  return 'crowd'
}

export interface EdgeSentence {
  /** Catalogue key below `edge.`. */
  key: 'entity' | 'relation'
  values: { type: string; entity: string; count: number }
  commonness: Commonness | null
  reason: EdgeReason
}

/** One sentence per reason, the heaviest first. A channel is 'relation:<type>' or 'entity:<type>'. */
export function edgeSentences(reasons: readonly EdgeReason[]): EdgeSentence[] {
  return [...reasons]
    .sort((a, b) => b.weight - a.weight)
    .map((reason) => {
      const channelType = reason.channel.slice(reason.channel.indexOf(':') + 1)
      const isEntity = reason.entityKey !== null
      return {
        key: isEntity ? 'entity' : 'relation',
        values: {
          type: reason.entityType ?? channelType,
          entity: reason.entityKey ?? '',
          count: reason.accountsSharing ?? 0,
        },
        commonness: isEntity && reason.accountsSharing !== null ? commonness(reason.accountsSharing) : null,
        reason,
      }
    })
}

/** The part of a channel's name after its kind: 'entity:device' is 'device'. */
export function channelType(channel: string): string {
  return channel.slice(channel.indexOf(':') + 1)
}
