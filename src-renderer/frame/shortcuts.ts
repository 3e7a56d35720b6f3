import { useEffect } from 'react'
import { allCommands, matchesKeys, type Command } from './commands.ts'

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target instanceof HTMLTextAreaElement ||
      // Ctrl+Z in a checkbox or a slider has nothing to undo of its own.
      (target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type)))
  )
}

/** The command that a key press means, if any. */
export function commandFor(event: KeyboardEvent, commands: readonly Command[]): Command | undefined {
  if (event.defaultPrevented || event.isComposing) return undefined
  const typing = isTyping(event.target)
  return commands.find(
    (command) =>
      (command.whileTyping || !typing) &&
      command.keys?.some((keys) => matchesKeys(keys, event)) &&
      (command.enabled?.() ?? true),
  )
}

/** Keys that work everywhere in the workbench: each is a command's (commands.ts). */
export function useShortcuts(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const command = commandFor(event, allCommands())
      if (!command) return
      event.preventDefault()
      command.run()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
