import { Button, Icon, PopoverNext } from '@blueprintjs/core'
import { useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { ChannelInfo } from '../../../src-main/common/contract/explore.ts'
import { usePrefs } from '../../state/prefs.ts'
import { formatNumber } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { useChannelTitle } from './channel-names.ts'

/** Chooses what colours or sizes, by typing or from the list. `none` offers "nothing" at the top. */
export function ChannelMenu(props: {
  label: string
  channels: ChannelInfo[]
  value: string | null
  none?: string
  onChange(id: string | null): void
  testId: string
}) {
  const title = useChannelTitle()
  const [open, setOpen] = useState(false)
  const shown = props.value === null ? (props.none ?? '') : title(props.value)
  return (
    <PopoverNext
      isOpen={open}
      onInteraction={setOpen}
      placement="bottom-start"
      arrow={false}
      animation="minimal"
      content={
        <Choices
          {...props}
          onChange={(id) => {
            setOpen(false)
            props.onChange(id)
          }}
        />
      }
      renderTarget={({ isOpen: _open, ref, ...target }) => (
        <Button
          {...target}
          ref={ref}
          className="sh-channel-button"
          size="small"
          fill
          alignText="start"
          endIcon="caret-down"
          text={shown}
          aria-label={`${props.label}: ${shown}`}
          aria-haspopup="listbox"
          aria-expanded={open}
          data-testid={props.testId}
        />
      )}
    />
  )
}

function Choices(props: {
  label: string
  channels: ChannelInfo[]
  value: string | null
  none?: string
  onChange(id: string | null): void
}) {
  const t = useT()
  const title = useChannelTitle()
  const language = usePrefs((s) => s.language)
  const [typed, setTyped] = useState('')
  const [cursor, setCursor] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const own = useId()
  const choices = useMemo(() => {
    const wanted = typed.trim().toLocaleLowerCase()
    const all: { id: string | null; name: string; info: ChannelInfo | null }[] = props.channels.map(
      (info) => ({
        id: info.id,
        name: title(info.id),
        info,
      }),
    )
    if (props.none !== undefined) all.unshift({ id: null, name: props.none, info: null })
    return all.filter(
      ({ name, id }) =>
        name.toLocaleLowerCase().includes(wanted) || (id ?? '').toLowerCase().includes(wanted),
    )
  }, [props.channels, props.none, typed, title])
  const at = Math.min(cursor, choices.length - 1)
  const onKeyDown = (event: KeyboardEvent) => {
    const go = (to: number) => {
      const next = Math.max(0, Math.min(choices.length - 1, to))
      setCursor(next)
      list.current?.children[next]?.scrollIntoView({ block: 'nearest' })
    }
    if (event.key === 'ArrowDown') go(at + 1)
    else if (event.key === 'ArrowUp') go(at - 1)
    else if (event.key === 'Enter' && choices[at]) props.onChange(choices[at].id)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div className="sh-channel-menu">
      <input
        className="bp6-input"
        type="text"
        role="combobox"
        aria-expanded
        aria-controls={`${own}-list`}
        aria-activedescendant={at >= 0 ? `${own}-${at}` : undefined}
        aria-label={props.label}
        placeholder={t('mapTools.menu.find')}
        value={typed}
        autoFocus
        onChange={(event) => {
          setTyped(event.target.value)
          setCursor(0)
        }}
        onKeyDown={onKeyDown}
      />
      <div ref={list} id={`${own}-list`} role="listbox" aria-label={props.label}>
        {choices.map(({ id, name, info }, index) => (
          <button
            type="button"
            tabIndex={-1}
            key={id ?? ''}
            id={`${own}-${index}`}
            role="option"
            aria-selected={id === props.value}
            className={index === at ? 'is-cursor' : undefined}
            data-testid={`channel-${id ?? 'none'}`}
            onPointerMove={() => setCursor(index)}
            onClick={() => props.onChange(id)}
          >
            <Icon icon={id === props.value ? 'small-tick' : 'blank'} size={14} />
            <span>{name}</span>
            {info && (
              <span
                className={`sh-channel-known is-${info.knowledge}`}
                title={`${t(`common.knowledge.${info.knowledge}`)} · ${t('mapTools.menu.known', {
                  count: info.known,
                  n: formatNumber(info.known, language),
                })}`}
              >
                {formatNumber(info.known, language)}
              </span>
            )}
          </button>
        ))}
        {choices.length === 0 && <p className="sh-quiet">{t('mapTools.menu.nothing')}</p>}
      </div>
    </div>
  )
}
