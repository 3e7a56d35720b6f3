/** What a key does while a story is presented; remotes send PageUp and PageDown, some '.' to blank. */
export type PresenterKey =
  | { do: 'next' | 'back' | 'first' | 'last' | 'blank' | 'end' | 'language' | 'identities' }
  | { do: 'jump'; digit: number }

const KEYS: Record<string, PresenterKey> = {
  ArrowRight: { do: 'next' },
  ArrowDown: { do: 'next' },
  PageDown: { do: 'next' },
  ' ': { do: 'next' },
  Enter: { do: 'next' },
  n: { do: 'next' },
  ArrowLeft: { do: 'back' },
  ArrowUp: { do: 'back' },
  PageUp: { do: 'back' },
  Backspace: { do: 'back' },
  p: { do: 'back' },
  Home: { do: 'first' },
  End: { do: 'last' },
  b: { do: 'blank' },
  '.': { do: 'blank' },
  Escape: { do: 'end' },
  l: { do: 'language' },
  h: { do: 'identities' },
}

export function presenterKey(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>,
): PresenterKey | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null
  if (/^[0-9]$/.test(event.key)) return { do: 'jump', digit: Number(event.key) }
  return KEYS[event.key] ?? KEYS[event.key.toLowerCase()] ?? null
}

/** Digits within this time make one number, where there are more than nine steps. */
const TOGETHER_MS = 900

/** Makes step numbers of typed digits: answers the 0-based step to go to, or null while nothing fits. */
export function digitJumper(): (digit: number, steps: number, now: number) => number | null {
  let typed = ''
  let last = -Infinity
  return (digit, steps, now) => {
    const longer = now - last < TOGETHER_MS ? typed + String(digit) : String(digit)
    // '12' with five steps is 1, then 2.
    typed = Number(longer) <= steps ? longer : String(digit)
    last = now
    const step = Number(typed) - 1
    return step >= 0 && step < steps ? step : null
  }
}
