import { Button } from '@blueprintjs/core'
import type { ReactNode } from 'react'
import { useT } from '../i18n/index.ts'

/** A setting's name, what it means, its default and the way back to it, around its control. */
export function SettingFrame(props: {
  id: string
  name: string
  about: ReactNode
  /** The default in words. */
  initial: string
  changed: boolean
  disabled?: boolean | undefined
  /** Why what was entered is refused. */
  refused?: string | null
  /** A set of controls has a group name and no label of its own. */
  group?: boolean
  onReset(): void
  children: ReactNode
}) {
  const t = useT()
  const { id, name, changed, disabled, refused } = props
  const mark = changed && <span className="sh-form-mark" role="img" aria-label={t('form.changedMark')} />
  return (
    <div
      className={`sh-form-setting${changed ? ' is-changed' : ''}${disabled ? ' is-off' : ''}`}
      data-testid={`setting-${id}`}
      {...(props.group && { role: 'group', 'aria-labelledby': `${id}-name` })}
    >
      <div className="sh-form-setting-head">
        {props.group ? (
          <span id={`${id}-name`} className="sh-form-setting-name">
            {mark}
            {name}
          </span>
        ) : (
          <label htmlFor={id} className="sh-form-setting-name">
            {mark}
            {name}
          </label>
        )}
        {changed ? (
          <Button
            size="small"
            variant="minimal"
            icon="reset"
            className="sh-form-reset"
            text={t('form.defaultValue', { value: props.initial })}
            aria-label={t('form.resetOne', { name, value: props.initial })}
            title={t('form.resetOne', { name, value: props.initial })}
            data-testid={`reset-${id}`}
            onClick={props.onReset}
          />
        ) : (
          <span className="sh-form-default">{t('form.defaultValue', { value: props.initial })}</span>
        )}
      </div>
      {props.children}
      {refused && (
        <p className="sh-form-refused" role="alert" id={`${id}-refused`}>
          {refused}
        </p>
      )}
      <p className="sh-form-about" id={`${id}-about`}>
        {props.about}
      </p>
    </div>
  )
}
