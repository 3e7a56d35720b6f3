import { toErrorShape } from '../../src-main/common/errors.ts'
import { api } from '../client/api.ts'
import { translate } from '../ui/i18n/index.ts'
import type { MessageKey } from '../ui/i18n/index.ts'
import { useToasts } from '../ui/toast.tsx'
import i18next from 'i18next'

/** What was undone, in the reader's words; the code itself where the catalogue has none. */
export function undoName(what: string): string {
  const key = `frame.undo.what.${what}`
  return i18next.exists(key) ? translate(key as MessageKey) : what
}

async function step(method: 'undo.back' | 'undo.forward', said: 'frame.undo.undone' | 'frame.undo.redone') {
  const { say } = useToasts.getState()
  try {
    const { done, what } = await api.call(method, {})
    if (done) say(translate(said, { what: undoName(what ?? '') }))
  } catch (error) {
    say(toErrorShape(error).message, 'failed')
  }
}

/** Takes back this session's newest judgement, note, tag or case change. */
export const undo = () => step('undo.back', 'frame.undo.undone')
export const redo = () => step('undo.forward', 'frame.undo.redone')
