import type { MessageKey, T } from '../../ui/i18n/index.ts'

export const SECTIONS = ['look', 'privacy', 'work', 'session', 'machine'] as const
export type Section = (typeof SECTIONS)[number]

export interface Setting {
  id: SettingId
  section: Section
  /** Only where a workspace is open. */
  workspace?: true
  /** Further texts by which it is found: the names of its choices. */
  words?: readonly MessageKey[]
}
export type SettingId =
  | 'language'
  | 'theme'
  | 'textSize'
  | 'motion'
  | 'hideNames'
  | 'zone'
  | 'dailyReviews'
  | 'workspacesDir'
  | 'layout'
  | 'start'
  | 'history'
  | 'workspace'
  | 'providers'
  | 'app'
  | 'restore'

/** Everything on the page, in its order. Each has a name and one line about it: settings.<id>.name and .about. */
export const SETTINGS: readonly Setting[] = [
  { id: 'language', section: 'look', words: ['frame.language.en', 'frame.language.zh-CN'] },
  {
    id: 'theme',
    section: 'look',
    words: ['frame.theme.dark', 'frame.theme.light', 'frame.theme.system'],
  },
  { id: 'textSize', section: 'look' },
  { id: 'motion', section: 'look', words: ['settings.motion.reduced', 'settings.motion.full'] },
  { id: 'hideNames', section: 'privacy', words: ['session.command.names'] },
  { id: 'zone', section: 'work', words: ['settings.zone.utc', 'settings.zone.viewer'] },
  { id: 'dailyReviews', section: 'work' },
  { id: 'workspacesDir', section: 'work' },
  {
    id: 'layout',
    section: 'session',
    workspace: true,
    words: [
      'settings.layout.reset',
      'session.preset.investigate',
      'session.preset.reports',
      'session.preset.validate',
      'session.preset.wide',
    ],
  },
  { id: 'start', section: 'session', workspace: true, words: ['settings.start.do'] },
  { id: 'history', section: 'session', workspace: true },
  { id: 'workspace', section: 'session', workspace: true },
  { id: 'providers', section: 'machine' },
  { id: 'app', section: 'machine' },
  { id: 'restore', section: 'machine' },
]

export const nameOf = (id: SettingId, t: T): string => t(`settings.${id}.name`)
export const aboutOf = (id: SettingId, t: T): string => t(`settings.${id}.about`)

/**
 * The settings that hold every word of a query in their name, their line, their section or the names of their choices;
 * those that hold it in their name first. All of them for an empty query.
 */
export function findSettings(query: string, t: T, settings: readonly Setting[] = SETTINGS): Setting[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return [...settings]
  const found = settings.flatMap((setting) => {
    const name = nameOf(setting.id, t).toLowerCase()
    const all = [
      name,
      aboutOf(setting.id, t),
      t(`settings.section.${setting.section}`),
      ...(setting.words ?? []).map((key) => t(key)),
    ]
      .join('\n')
      .toLowerCase()
    if (!words.every((word) => all.includes(word))) return []
    return [{ setting, named: words.every((word) => name.includes(word)) }]
  })
  return found.sort((a, b) => Number(b.named) - Number(a.named)).map(({ setting }) => setting)
}
