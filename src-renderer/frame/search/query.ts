/** What the box looks through. */
export type Mode = 'all' | 'commands' | 'accounts' | 'communities' | 'question'

/** Signs that narrow the search, as they are typed and as a Chinese input method types them. */
const PREFIXES: Record<string, Mode> = {
  '>': 'commands',
  '＞': 'commands',
  '》': 'commands',
  '@': 'accounts',
  '＠': 'accounts',
  '#': 'communities',
  '＃': 'communities',
  '?': 'question',
  '？': 'question',
}

/** What was typed, taken apart: '@ab' looks for accounts like 'ab'. */
export function readQuery(typed: string): { mode: Mode; text: string } {
  const trimmed = typed.trim()
  const mode = PREFIXES[trimmed.slice(0, 1)]
  return mode ? { mode, text: trimmed.slice(1).trim() } : { mode: 'all', text: trimmed }
}
