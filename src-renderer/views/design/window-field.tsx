import { Button, Checkbox } from '@blueprintjs/core'
import { useEffect, useState } from 'react'
import { DEFAULT_RECIPE, type Recipe } from '../../../src-main/common/recipe.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { formatInstant, formatZone } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { sameAt } from './draft.ts'
import { SettingFrame } from '../../ui/form/setting-frame.tsx'
import { useDesign } from './store.ts'
import { DAY, fieldText, readField, windowProblem } from './window.ts'

const LAST_DAYS = [7, 30, 90]

/** Which stretch of time counts, in the workspace's zone, within what the data spans. */
export function WindowField(props: { recipe: Recipe; span: { from: number; to: number } | null }) {
  const t = useT()
  const zone = useWorkspace((s) => s.info?.tzOffset ?? 0)
  const edit = useDesign((s) => s.edit)
  const setInvalid = useDesign((s) => s.setInvalid)
  const turn = useDesign((s) => s.turn)
  const { recipe, span } = props
  const { window } = recipe
  const [texts, setTexts] = useState({ from: '', to: '' })
  const [bad, setBad] = useState<'bad' | 'order' | null>(null)
  useEffect(() => {
    setBad(null)
    setTexts(
      window ? { from: fieldText(window.from, zone), to: fieldText(window.to, zone) } : { from: '', to: '' },
    )
  }, [window, zone, turn])
  const problem = bad ?? (window ? windowProblem(window.from, window.to, span) : null)
  const take = (end: 'from' | 'to', text: string) => {
    if (!window) return
    setTexts((old) => ({ ...old, [end]: text }))
    // Only the end that is edited is read: the fields show minutes, and the other end may be finer.
    const next = { ...window, [end]: readField(text, zone) } as { from: number | null; to: number | null }
    const wrong = windowProblem(next.from, next.to, span)
    const refused = wrong === 'outside' ? null : wrong
    setBad(refused)
    setInvalid('window', refused !== null)
    if (refused === null) edit('window', next)
  }
  const whole = span ?? window
  const set = (next: Recipe['window']) => {
    setBad(null)
    setInvalid('window', false)
    edit('window', next)
  }
  const id = 'window'
  return (
    <SettingFrame
      id={id}
      group
      name={t('design.setting.window.name')}
      about={t('design.setting.window.about')}
      initial={t('design.window.all')}
      changed={!sameAt(recipe, DEFAULT_RECIPE, 'window')}
      refused={problem && t(`design.window.${problem}`)}
      onReset={() => set(null)}
    >
      {whole === null ? (
        <p className="sh-quiet">{t('design.window.noDates')}</p>
      ) : (
        <>
          <Checkbox
            checked={window !== null}
            data-testid="window-use"
            onChange={() => set(window === null ? { from: whole.from, to: whole.to } : null)}
          >
            {t('design.window.use')}
          </Checkbox>
          {window && (
            <>
              <div className="sh-design-window">
                {(['from', 'to'] as const).map((end) => (
                  <label key={end}>
                    <span>{t(`design.window.${end}`)}</span>
                    <input
                      type="datetime-local"
                      className="bp6-input"
                      value={texts[end]}
                      {...(span && { min: fieldText(span.from, zone), max: fieldText(span.to, zone) })}
                      aria-invalid={problem !== null}
                      aria-describedby={`${id}-about`}
                      data-testid={`window-${end}`}
                      onChange={(event) => take(end, event.currentTarget.value)}
                    />
                  </label>
                ))}
              </div>
              {span && (
                <>
                  <div className="sh-design-span" aria-hidden="true">
                    <span
                      style={{
                        left: `${place(window.from, span)}%`,
                        right: `${100 - place(window.to, span)}%`,
                      }}
                    />
                  </div>
                  <div className="sh-design-window-tools">
                    {LAST_DAYS.filter((days) => days * DAY < span.to - span.from).map((days) => (
                      <Button
                        key={days}
                        size="small"
                        variant="minimal"
                        text={t('design.window.last', { n: days })}
                        onClick={() => set({ from: span.to - days * DAY, to: span.to })}
                      />
                    ))}
                  </div>
                  <p className="sh-form-about">
                    {t('design.window.zone', {
                      zone: formatZone(zone),
                      from: formatInstant(span.from, zone),
                      to: formatInstant(span.to, zone),
                    })}
                  </p>
                </>
              )}
            </>
          )}
        </>
      )}
    </SettingFrame>
  )
}

const place = (at: number, span: { from: number; to: number }) =>
  Math.min(100, Math.max(0, ((at - span.from) / Math.max(1, span.to - span.from)) * 100))
