import { allCommands, keysText } from '../../frame/commands.ts'

/** `keys:undo` in a page's code is that command's key, as it is on this machine; null: it is something else. */
export function keysOf(code: string): string | null {
  const id = /^keys:(.+)$/.exec(code)?.[1]
  if (id === undefined) return null
  const keys = allCommands().find((command) => command.id === id)?.keys?.[0]
  return keys === undefined ? null : keysText(keys)
}
