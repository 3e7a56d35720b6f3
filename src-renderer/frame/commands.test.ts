import { afterEach, describe, expect, it, vi } from 'vitest'
import { en, zh } from '../ui/i18n/resources.ts'
import { APP_COMMANDS } from './app-commands.ts'
import { allCommands, keysText, matchesKeys, registerCommands, runCommand, type Command } from './commands.ts'
import { commandFor } from './shortcuts.ts'

const press = (init: KeyboardEventInit, target?: EventTarget) => {
  const event = new KeyboardEvent('keydown', { cancelable: true, bubbles: true, ...init })
  if (target) Object.defineProperty(event, 'target', { value: target })
  return event
}
const lookUp = (catalogue: unknown, key: string) =>
  key.split('.').reduce((at, part) => (at as Record<string, unknown> | undefined)?.[part], catalogue)

describe('keys', () => {
  it('are told apart by their modifiers', () => {
    expect(matchesKeys('Mod+Z', press({ key: 'z', ctrlKey: true }))).toBe(true)
    expect(matchesKeys('Mod+Z', press({ key: 'Z', metaKey: true, shiftKey: true }))).toBe(false)
    expect(matchesKeys('Mod+Shift+Z', press({ key: 'Z', ctrlKey: true, shiftKey: true }))).toBe(true)
    expect(matchesKeys('Mod+Z', press({ key: 'z', ctrlKey: true, altKey: true }))).toBe(false)
    expect(matchesKeys('Alt+3', press({ key: '£', code: 'Digit3', altKey: true }))).toBe(true)
    expect(matchesKeys('Alt+P', press({ key: 'π', code: 'KeyP', altKey: true }))).toBe(true)
    expect(matchesKeys('?', press({ key: '?', shiftKey: true }))).toBe(true)
    expect(matchesKeys('Alt+ArrowLeft', press({ key: 'ArrowLeft', altKey: true }))).toBe(true)
  })

  it('are shown as each system writes them', () => {
    expect(keysText('Mod+Shift+Z', false)).toBe('Ctrl Shift Z')
    expect(keysText('Mod+Shift+Z', true)).toBe('⌘⇧Z')
    expect(keysText('Alt+ArrowLeft', false)).toBe('Alt ←')
  })
})

describe('commands', () => {
  let off: (() => void) | undefined
  afterEach(() => off?.())
  const command = (over: Partial<Command>): Command => ({
    id: 'test',
    titleKey: 'frame.undo.back',
    group: 'edit',
    run: vi.fn(),
    ...over,
  })

  it('of the app have ids, keys and texts of their own', () => {
    const keys = APP_COMMANDS.flatMap((c) => c.keys ?? [])
    expect(new Set(keys).size).toBe(keys.length)
    expect(new Set(APP_COMMANDS.map((c) => c.id)).size).toBe(APP_COMMANDS.length)
    for (const c of APP_COMMANDS)
      for (const catalogue of [en, zh]) expect(lookUp(catalogue, c.titleKey), c.id).toBeTypeOf('string')
  })

  it('come and go with whoever registers them, and run only when they can', () => {
    const first = command({})
    const second = command({ enabled: () => false })
    const offFirst = registerCommands([first])
    off = registerCommands([second])
    offFirst() // the newer one of the same id stays
    expect(allCommands()).toEqual([second])
    runCommand('test')
    expect(second.run).not.toHaveBeenCalled()
    off()
    expect(allCommands()).toEqual([])
  })

  it('keep out of fields that are being typed in, and out of keys that were used already', () => {
    const undo = command({ keys: ['Mod+Z'] })
    const save = command({ id: 'save', keys: ['Mod+Shift+S'], whileTyping: true })
    const box = document.createElement('input')
    const tick = Object.assign(document.createElement('input'), { type: 'checkbox' })
    const z = { key: 'z', ctrlKey: true }
    expect(commandFor(press(z, box), [undo])).toBeUndefined()
    expect(commandFor(press(z, tick), [undo])).toBe(undo)
    expect(commandFor(press({ key: 'S', ctrlKey: true, shiftKey: true }, box), [undo, save])).toBe(save)
    const used = press(z)
    used.preventDefault()
    expect(commandFor(used, [undo])).toBeUndefined()
    expect(commandFor(press({ ...z, isComposing: true }), [undo])).toBeUndefined()
  })
})
