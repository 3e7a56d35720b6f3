import { describe, expect, it } from 'vitest'
import { claimWindow, type Surroundings } from './window.ts'

/** A browser: names that its pages hold, and tabs with what they keep over a reload. */
function browser() {
  const held = new Map<string, { free(): void; freed: Promise<void> }>()
  const locks = {
    async request(name: string, how: LockOptions, keep: (lock: Lock | null) => unknown) {
      const taken = held.get(name)
      if (taken && how.ifAvailable) return keep(null)
      if (taken)
        await Promise.race([
          taken.freed,
          new Promise((_, fail) => how.signal!.addEventListener('abort', () => fail(how.signal!.reason))),
        ])
      let free = () => {}
      const freed = new Promise<void>((done) => (free = done))
      held.set(name, { free: () => (held.delete(name), free()), freed })
      return keep({ name, mode: 'exclusive' })
    },
  } as unknown as LockManager
  const tab = (kept = new Map<string, string>()) => {
    const at: Surroundings = {
      locks,
      kept: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) },
    }
    return { kept, open: (asked = 'main') => claimWindow(at, asked) }
  }
  return { tab, close: (name: string) => held.get(`shoal-window-${name}`)!.free() }
}

describe('a window’s name', () => {
  it('is taken once: a second tab has its own, and a closed one’s is free again', async () => {
    const { tab, close } = browser()
    expect(await tab().open()).toBe('main')
    expect(await tab().open()).toBe('main-2')
    expect(await tab().open()).toBe('main-3')
    expect(await tab().open('w-accounts')).toBe('w-accounts')
    close('main-2')
    expect(await tab().open()).toBe('main-2')
  })

  it('stays with its tab over a reload, also when the name before it came free', async () => {
    const { tab, close } = browser()
    await tab().open()
    const second = tab()
    await second.open()
    close('main')
    close('main-2')
    expect(await second.open()).toBe('main-2')
  })

  it('is waited for while the page before the reload still has it', async () => {
    const { tab, close } = browser()
    const first = tab()
    await first.open()
    const again = first.open()
    close('main')
    expect(await again).toBe('main')
  })

  it('is not taken by a duplicate of the tab, nor asked for where nobody keeps names', async () => {
    const { tab } = browser()
    const first = tab()
    await first.open()
    expect(await tab(new Map(first.kept)).open()).toBe('main-2')
    expect(await claimWindow({ locks: undefined, kept: sessionStorage }, 'main')).toBe('main')
  })
})
