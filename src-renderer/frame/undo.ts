import i18next from 'i18next'
import { toErrorShape } from '../../src-main/common/errors.ts'
import { turnHistory } from '../state/session.ts'
import { translate, type MessageKey } from '../ui/i18n/index.ts'
import { useToasts } from '../ui/toast.tsx'

/** What was undone, in the reader's words; the code itself where the catalogue has none. */
export function undoName(what: string): string {
  const key = `frame.undo.what.${what}`
  return i18next.exists(key) ? translate(key as MessageKey) : what
}

/** The toast of the step before: many steps in a row say the last one only. */
let said = 0

async function step(direction: 'back' | 'forward', slice?: string): Promise<void> {
  const { say, dismiss } = useToasts.getState()
  try {
    const { done, what } = await turnHistory(direction, slice)
    if (!done) return
    dismiss(said)
    const values = { what: undoName(what ?? '') }
    said =
      direction === 'back'
        ? say(translate('frame.undo.undone', values), 'done', {
            text: translate('frame.undo.forward'),
            run: () => void step('forward', slice),
          })
        : say(translate('frame.undo.redone', values), 'done', {
            text: translate('frame.undo.back'),
            run: () => void step('back', slice),
          })
  } catch (error) {
    say(toErrorShape(error).message, 'failed')
  }
}

/** Takes back the newest step, whatever it was: a selection, a view, a judgement. With a slice, the newest of that one. */
export const undo = (slice?: string) => step('back', slice)
export const redo = (slice?: string) => step('forward', slice)
