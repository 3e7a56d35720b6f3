import { Icon, type IconName } from '@blueprintjs/core'
import { useEffect, useLayoutEffect, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { useT } from '../../../ui/i18n/index.ts'

export interface MenuItem {
  id: string
  text: string
  /** On the right: how many it would bring. */
  about?: ReactNode
  icon?: IconName
  /** A key that chooses it while the menu is open. */
  letter?: string
  disabled?: boolean
  run(): void
}
export interface MenuSection {
  title?: string
  items: MenuItem[]
  waiting?: boolean
}

/** Gives each item a letter of its name that no item before it has. */
export function withLetters(items: MenuItem[]): MenuItem[] {
  const taken = new Set<string>()
  return items.map((item) => {
    const letter = [...`${item.id.replace(/^[a-z]+:/, '')}abcdefghijklmnopqrstuvwxyz`.toLowerCase()].find(
      (c) => /[a-z]/.test(c) && !taken.has(c),
    )
    if (!letter) return item
    taken.add(letter)
    return { ...item, letter }
  })
}

/** A menu at a place of the stage: arrows move, Enter or an item's letter chooses, Escape closes. */
export function CanvasMenu(props: {
  at: { x: number; y: number }
  within: HTMLElement
  label: string
  sections: MenuSection[]
  onClose(): void
}) {
  const t = useT()
  const { at, within, onClose } = props
  const menu = useRef<HTMLDivElement>(null)
  const opener = useRef(document.activeElement)
  const items = props.sections.flatMap((section) => section.items)

  useLayoutEffect(() => {
    const element = menu.current!
    const { clientWidth, clientHeight } = within
    element.style.left = `${Math.max(4, Math.min(at.x, clientWidth - element.offsetWidth - 4))}px`
    element.style.top = `${Math.max(4, Math.min(at.y, clientHeight - element.offsetHeight - 4))}px`
  })
  useEffect(() => {
    menu.current?.focus()
    const outside = (event: PointerEvent) => {
      if (!menu.current?.contains(event.target as Node)) onClose()
    }
    document.addEventListener('pointerdown', outside, true)
    return () => document.removeEventListener('pointerdown', outside, true)
  }, [onClose])

  const close = () => {
    onClose()
    if (opener.current instanceof HTMLElement) opener.current.focus()
  }
  const choose = (item: MenuItem) => {
    if (item.disabled) return
    close()
    item.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const buttons = [...menu.current!.querySelectorAll<HTMLButtonElement>('button:not(:disabled)')]
    const now = buttons.indexOf(document.activeElement as HTMLButtonElement)
    const go = (index: number) => buttons[(index + buttons.length) % buttons.length]?.focus()
    event.stopPropagation()
    if (event.key === 'ArrowDown') go(now + 1)
    else if (event.key === 'ArrowUp') go(now < 0 ? -1 : now - 1)
    else if (event.key === 'Home') go(0)
    else if (event.key === 'End') go(-1)
    else if (event.key === 'Escape' || event.key === 'Tab') close()
    else {
      const item = items.find(({ letter }) => letter === event.key.toLowerCase())
      if (!item || event.ctrlKey || event.metaKey || event.altKey) return
      choose(item)
    }
    event.preventDefault()
  }
  return (
    <div
      ref={menu}
      role="menu"
      tabIndex={-1}
      aria-label={props.label}
      className="sh-around-menu"
      data-testid="around-menu"
      onKeyDown={onKeyDown}
      onContextMenu={(event) => event.preventDefault()}
    >
      {props.sections.map((section, s) => (
        <div key={s} role="group" aria-label={section.title}>
          {section.title && <div className="sh-caps">{section.title}</div>}
          {section.waiting && <div className="sh-quiet sh-around-menu-wait">{t('common.loading')}</div>}
          {section.items.map((item) => (
            <button
              key={item.id}
              type="button"
              role="menuitem"
              tabIndex={-1}
              disabled={item.disabled}
              data-testid={`around-do-${item.id}`}
              onClick={() => choose(item)}
            >
              <Icon icon={item.icon ?? 'blank'} size={12} />
              <span>{item.text}</span>
              {item.about !== undefined && <span className="sh-quiet">{item.about}</span>}
              {item.letter && <kbd className="sh-kbd">{item.letter.toUpperCase()}</kbd>}
            </button>
          ))}
        </div>
      ))}
    </div>
  )
}
