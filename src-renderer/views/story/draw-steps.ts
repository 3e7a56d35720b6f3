import type { Story } from '../../../src-main/common/contract/stories.ts'
import { api } from '../../client/api.ts'
import { useLayout } from '../../state/layout.ts'
import { usePrefs, type Theme } from '../../state/prefs.ts'
import { captureState, flushSlices } from '../../state/slices.ts'
import { drawFigure, figurePng } from '../../ui/picture/draw.ts'
import { showStep, stageOf } from './stage.ts'

/** Cameras fly and views ask anew after a step is set; there is no word of when the last has drawn. */
const SETTLE_MS = 1200

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms))

/**
 * Plays stories once to draw their steps, each with its title as caption, its legend and where it comes from; then the
 * screen is as it was. `hide`: whether identities are hidden in them; by default as they are now. `onStep` says which
 * step is drawn. Answers PNGs by step id; a step whose view has nothing to draw has none.
 */
export async function drawSteps(
  stories: readonly Story[],
  options: { theme: Theme; scale: number; hide?: boolean; onStep(n: number, total: number): void },
): Promise<Map<number, Blob>> {
  flushSlices()
  const before = captureState()
  const { active } = useLayout.getState()
  const { hideNames } = usePrefs.getState()
  const hide = options.hide ?? hideNames
  const steps = stories.flatMap((story) => story.stepRows)
  const pictures = new Map<number, Blob>()
  try {
    if (hide !== hideNames) {
      // Core masks what it answers by what it knows of this: it must know before anything is asked.
      await api.call('preferences.set', { key: 'hideNames', value: hide })
      usePrefs.getState().set({ hideNames: hide })
    }
    for (const [index, step] of steps.entries()) {
      options.onStep(index + 1, steps.length)
      showStep(step.state, false)
      const stage = stageOf(step.state)
      useLayout.getState().show(stage)
      await wait(SETTLE_MS)
      const { language } = usePrefs.getState()
      const [own, other] = language === 'en' ? [step.titleEn, step.titleZh] : [step.titleZh, step.titleEn]
      const figure = await drawFigure(stage, {
        caption: (own || other).trim(),
        language,
        theme: options.theme,
      })
      if (figure) pictures.set(step.id, await figurePng(figure, options.scale))
    }
  } finally {
    if (hide !== hideNames) usePrefs.getState().set({ hideNames })
    showStep(before, false)
    if (active) useLayout.getState().show(active)
  }
  return pictures
}

/** A picture as a data: URL. */
export function dataUrl(blob: Blob): Promise<string> {
  return new Promise((done, fail) => {
    const reader = new FileReader()
    reader.onload = () => done(reader.result as string)
    reader.onerror = () => fail(reader.error!)
    reader.readAsDataURL(blob)
  })
}
