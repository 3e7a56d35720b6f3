import { Button, Checkbox } from '@blueprintjs/core'
import { useState } from 'react'
import type { AppOutput } from '../../../src-main/common/contract/index.ts'
import { toErrorShape, type ErrorShape } from '../../../src-main/common/errors.ts'
import { api } from '../../client/api.ts'
import { useT } from '../../ui/i18n/index.ts'
import { ErrorState } from '../../ui/states.tsx'
import { TimeText } from '../../ui/text.tsx'
import { useDetectorWords } from './detector-choice.tsx'
import { JobLine, useRunning } from '../../ui/job-line.tsx'
import { designLetter } from './metrics.ts'
import type { Say } from './notice.tsx'
import { useDesign } from './store.ts'
import { useRecipeName } from './words.ts'
import { useNumbers } from '../../ui/numbers.ts'

export type Design = AppOutput<'designs.list'>[number]
export const MOST_COMPARED = 6

/** Built designs: which are compared, which one is shown, and showing another. */
export function DesignList(props: { designs: readonly Design[]; chosen: readonly number[]; say: Say }) {
  const t = useT()
  const { designs, chosen, say } = props
  const { put, load } = useDesign.getState()
  const words = useDetectorWords()
  const recipeName = useRecipeName()
  const { n, short } = useNumbers()
  const running = useRunning('show')
  const [error, setError] = useState<ErrorShape | null>(null)
  const toggle = (id: number) => {
    if (chosen.includes(id)) return put({ chosen: chosen.filter((other) => other !== id) })
    if (chosen.length >= MOST_COMPARED) return say(t('design.designs.tooMany'), true)
    put({ chosen: [...chosen, id] })
  }
  const show = async (id: number) => {
    setError(null)
    try {
      await api.call('designs.show', { communitiesRunId: id })
    } catch (failure) {
      setError(toErrorShape(failure))
    }
  }
  return (
    <>
      {error && <ErrorState error={error} compact />}
      {running && <JobLine job={running} />}
      <ul className="sh-design-designs">
        {designs.map((design) => {
          const id = design.communitiesRunId
          const at = chosen.indexOf(id)
          const name = recipeName(design.recipe.name)
          return (
            <li
              key={id}
              className={at >= 0 ? 'is-chosen' : undefined}
              data-testid="design-row"
              data-run={id}
              data-shown={design.shown}
            >
              <Checkbox
                checked={at >= 0}
                aria-label={t('design.designs.choose', {
                  name: `${name}, ${t('design.designs.run', { id })}`,
                })}
                data-testid={`choose-${id}`}
                onChange={() => toggle(id)}
              />
              <div>
                <p>
                  {at >= 0 && <Letter index={at} />}
                  <b>{name}</b>{' '}
                  {design.shown && (
                    <span className="sh-tag sh-design-shown" title={t('design.designs.shownAbout')}>
                      {t('design.designs.shown')}
                    </span>
                  )}
                </p>
                <p className="sh-quiet">
                  {words({ id: design.detector }).name}
                  {design.seed !== null && ` · ${t('design.designs.seed', { n: design.seed })}`} ·{' '}
                  {t('design.designs.communities', {
                    count: design.communities,
                    n: n(design.communities),
                  })}{' '}
                  · {t('design.designs.edges', { n: short(design.edges) })}
                </p>
                <p className="sh-quiet">
                  {t('design.designs.run', { id })} · <TimeText ms={design.finishedAt} />
                </p>
                <div className="sh-design-row-tools">
                  {!design.shown && (
                    <Button
                      size="small"
                      text={
                        running?.params['communitiesRunId'] === id
                          ? t('design.designs.showing')
                          : t('design.designs.show')
                      }
                      disabled={running !== null}
                      data-testid={`show-${id}`}
                      onClick={() => void show(id)}
                    />
                  )}
                  <Button
                    size="small"
                    variant="minimal"
                    text={t('design.designs.edit')}
                    onClick={() => {
                      load(design.recipe, null)
                      put({ tab: 'recipe' })
                      say(t('design.designs.loaded', { name }))
                    }}
                  />
                </div>
              </div>
            </li>
          )
        })}
      </ul>
    </>
  )
}

/** The letter by which a design is called within a comparison. */
export function Letter({ index }: { index: number }) {
  return <span className="sh-design-letter">{designLetter(index)}</span>
}
