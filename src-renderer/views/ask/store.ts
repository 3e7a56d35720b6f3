import { create } from 'zustand'
import { askPartSchema, askSchema, type Ask, type AskPart } from '../../../src-main/common/ask/parts.ts'
import { slice } from '../../state/slices.ts'

const NOTHING: Ask = askSchema.parse({ parts: [] })

interface AskState {
  ask: Ask
  set(ask: Ask): void
  add(kind: AskPart['kind']): void
  change(at: number, part: AskPart): void
  remove(at: number): void
}

/** A part as it begins: something that can be answered at once. */
export function freshPart(kind: AskPart['kind']): AskPart {
  switch (kind) {
    case 'shares':
      return askPartSchema.parse({ kind, type: null, with: {} })
    case 'related':
      return askPartSchema.parse({ kind, type: null, with: {} })
    case 'registered_near':
      return askPartSchema.parse({ kind, minutes: 10, with: {} })
    case 'event':
      return askPartSchema.parse({ kind, eventKind: null })
    case 'reported':
      return askPartSchema.parse({ kind, class: null })
  }
}

/** The question in the builder; kept with the session and undone like everything else. */
export const useAsk = create<AskState>()((set) => {
  const parts = (next: (parts: AskPart[]) => AskPart[]) =>
    set((s) => ({ ask: { ...s.ask, parts: next(s.ask.parts) } }))
  return {
    ask: NOTHING,
    set: (ask) => set({ ask }),
    add: (kind) => parts((list) => [...list, freshPart(kind)]),
    change: (at, part) => parts((list) => list.map((old, i) => (i === at ? part : old))),
    remove: (at) => parts((list) => list.filter((_, i) => i !== at)),
  }
})

slice({
  name: 'ask',
  store: useAsk,
  pick: (s) => s.ask,
  apply(value) {
    const read = askSchema.safeParse(value ?? { parts: [] })
    useAsk.setState({ ask: read.success ? read.data : NOTHING })
  },
  what: () => 'ask',
  settleMs: 500,
})
