/** The simulated worlds that the model is trained, tuned and judged on. Change one and the numbers change. */
export interface WorldPlan {
  id: string
  setting: string
  seed: number
  accounts: number
  split: 'train' | 'val' | 'test'
  maliciousShare?: number
  /** Files of the export that are left out, to learn (and to judge) scoring an incomplete export. */
  without?: readonly string[]
}

const NO_EVENTS = ['events.csv'] as const
const NO_REPORTS = ['reports.csv'] as const
const NO_RELATIONS = ['relations.csv'] as const
const RELATIONS_ONLY = ['accounts.csv', 'links.csv', 'events.csv', 'reports.csv'] as const

const plan = (
  split: WorldPlan['split'],
  setting: string,
  seed: number,
  accounts: number,
  rest: Pick<WorldPlan, 'maliciousShare' | 'without'> = {},
): WorldPlan => {
  const cut = rest.without
    ? `-without${rest.without.length > 1 ? '-all-but-relations' : `-${rest.without[0].split('.')[0]}`}`
    : ''
  return { id: `${split}-${setting}-${seed}${cut}`, setting, seed, accounts, split, ...rest }
}

/** No world of setting 'camouflage' is trained or tuned on: it is the setting that is held out whole. */
export const WORLDS: readonly WorldPlan[] = [
  plan('train', 'default', 101, 5000),
  plan('train', 'default', 102, 4000, { maliciousShare: 0.03 }),
  plan('train', 'default', 103, 4000, { maliciousShare: 0.12 }),
  plan('train', 'campus-heavy', 104, 5000),
  plan('train', 'campus-heavy', 105, 4000, { maliciousShare: 0.04 }),
  plan('train', 'sparse', 106, 5000),
  plan('train', 'sparse', 107, 4000),
  plan('train', 'burst', 108, 4000),
  plan('train', 'burst', 109, 4000, { maliciousShare: 0.04 }),
  plan('train', 'noisy-labels', 110, 4000),
  plan('train', 'default', 111, 6000),
  plan('train', 'default', 112, 3000, { maliciousShare: 0.1 }),
  plan('train', 'default', 113, 3000, { without: NO_EVENTS }),
  plan('train', 'sparse', 114, 3000, { without: NO_REPORTS }),
  plan('train', 'campus-heavy', 115, 3000, { without: NO_RELATIONS }),
  plan('train', 'default', 116, 3000, { without: RELATIONS_ONLY }),
  plan('val', 'default', 201, 4000),
  plan('val', 'campus-heavy', 202, 4000),
  plan('val', 'sparse', 203, 4000),
  plan('val', 'burst', 204, 4000),
  plan('val', 'default', 205, 3000, { without: NO_EVENTS }),
  plan('test', 'default', 301, 6000),
  plan('test', 'campus-heavy', 302, 5000),
  plan('test', 'sparse', 303, 5000),
  plan('test', 'burst', 304, 5000),
  plan('test', 'camouflage', 305, 6000),
  plan('test', 'camouflage', 306, 5000),
  plan('test', 'default', 307, 4000, { without: NO_EVENTS }),
  plan('test', 'default', 307, 4000, { without: NO_REPORTS }),
  plan('test', 'default', 307, 4000, { without: NO_RELATIONS }),
  plan('test', 'default', 307, 4000, { without: RELATIONS_ONLY }),
]
