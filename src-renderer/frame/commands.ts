import { useSyncExternalStore } from 'react'
import type { MessageKey, T, Values } from '../ui/i18n/index.ts'

/** Something that a person can make the app do, by key, by menu or by the command box. */
export interface Command {
  /** Stable and unique: 'go.map', 'undo', 'view.12'. */
  id: string
  titleKey: MessageKey
  titleValues?: Values
  /** Text that fills {{name}} of the title, where that has a key of its own. */
  titleKeyOfName?: MessageKey
  /**
   * 'Mod+Shift+Z', 'Alt+ArrowLeft', 'Mod+I'; Mod is ⌘ on a Mac and Ctrl elsewhere. Several do the same; the first is
   * shown. A single character without Mod or Alt works only while nothing is being typed.
   */
  keys?: readonly string[]
  group: 'go' | 'edit' | 'view' | 'layout' | 'window' | 'case' | 'data' | 'help'
  /** True: the keys work while a field is being typed in, too. */
  whileTyping?: boolean
  run(): void
  /** Absent: always. */
  enabled?(): boolean
}

const registered = new Map<string, Command>()
const listeners = new Set<() => void>()
let snapshot: Command[] = []

function changed(): void {
  snapshot = [...registered.values()]
  for (const listener of listeners) listener()
}

/** Adds commands (replacing those of the same id); returns what takes them away again. */
export function registerCommands(commands: readonly Command[]): () => void {
  for (const command of commands) registered.set(command.id, command)
  changed()
  return () => {
    for (const command of commands) {
      if (registered.get(command.id) === command) registered.delete(command.id)
    }
    changed()
  }
}

/** All commands, in the order in which they were registered. */
export const allCommands = (): Command[] => snapshot

export function useCommands(): Command[] {
  return useSyncExternalStore(subscribe, allCommands)
}
function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** A command's name as it is shown. */
export function commandTitle(command: Command, t: T): string {
  const { titleKeyOfName } = command
  return t(command.titleKey, {
    ...command.titleValues,
    ...(titleKeyOfName && { name: t(titleKeyOfName) }),
  })
}

export function runCommand(id: string): void {
  const command = registered.get(id)
  if (command && (command.enabled?.() ?? true)) command.run()
}

export const isMac = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '')

/** Whether a key press is `keys`. Digits are the keys in the row above the letters. */
export function matchesKeys(
  keys: string,
  event: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>,
): boolean {
  const parts = keys.split('+')
  const key = parts.at(-1)!
  const wants = (modifier: string) => parts.slice(0, -1).includes(modifier)
  if (wants('Mod') !== (event.ctrlKey || event.metaKey)) return false
  if (wants('Alt') !== event.altKey) return false
  // '?' is typed with Shift on most keyboards.
  const letter = /^[A-Z]$/.test(key)
  if ((letter || key.length > 1 || wants('Shift')) && wants('Shift') !== event.shiftKey) return false
  if (/^[0-9]$/.test(key)) return event.code === `Digit${key}`
  // With Alt a Mac types another character ('π' for P).
  if (letter && event.altKey) return event.code === `Key${key}`
  return event.key.toLowerCase() === key.toLowerCase()
}

const MAC: Record<string, string> = { Mod: '⌘', Alt: '⌥', Shift: '⇧' }
const NAMES: Record<string, string> = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓' }

/** Keys as they are shown: 'Ctrl Shift Z', '⌘⇧Z'. */
export function keysText(keys: string, mac = isMac): string {
  const parts = keys.split('+').map((part) => NAMES[part] ?? (mac ? MAC[part] : undefined) ?? part)
  return mac ? parts.join('') : parts.map((part) => (part === 'Mod' ? 'Ctrl' : part)).join(' ')
}
