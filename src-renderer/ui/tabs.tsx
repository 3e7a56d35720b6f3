import { useId, useRef, type KeyboardEvent, type ReactNode } from 'react'
import './tabs.css'

export interface Tab<I extends string> {
  id: I
  label: string
  /** A small number beside the label, e.g. of things that wait. */
  count?: number | undefined
}

/** The ids that tie a tab to its panel. */
export interface TabIds {
  tab(id: string): string
  panel(id: string): string
}

export function useTabIds(): TabIds {
  const base = useId()
  return { tab: (id) => `${base}-tab-${id}`, panel: (id) => `${base}-panel-${id}` }
}

/**
 * Places of one view. One tab stop; arrows, Home and End go to a tab at once (WAI-ARIA tabs, automatic activation).
 */
export function Tabs<I extends string>(props: {
  label: string
  ids: TabIds
  tabs: readonly Tab<I>[]
  value: I
  onChange(id: I): void
  testId?: string
}) {
  const { tabs, value, ids } = props
  const list = useRef<HTMLDivElement>(null)
  const onKeyDown = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => tab.id === value)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key]
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    const next = tabs[(to + tabs.length) % tabs.length]!
    props.onChange(next.id)
    list.current?.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus()
  }
  return (
    <div
      className="sh-tabs"
      role="tablist"
      tabIndex={-1}
      aria-label={props.label}
      ref={list}
      onKeyDown={onKeyDown}
    >
      {tabs.map((tab) => (
        <button
          key={tab.id}
          type="button"
          role="tab"
          id={ids.tab(tab.id)}
          data-tab={tab.id}
          aria-selected={tab.id === value}
          aria-controls={tab.id === value ? ids.panel(tab.id) : undefined}
          tabIndex={tab.id === value ? 0 : -1}
          data-testid={props.testId && `${props.testId}-${tab.id}`}
          onClick={() => props.onChange(tab.id)}
        >
          {tab.label}
          {tab.count !== undefined && tab.count > 0 && <span className="sh-tabs-count">{tab.count}</span>}
        </button>
      ))}
    </div>
  )
}

/** What stands under the chosen tab. */
export function TabPanel(props: { id: string; ids: TabIds; className?: string; children: ReactNode }) {
  return (
    <div
      role="tabpanel"
      id={props.ids.panel(props.id)}
      aria-labelledby={props.ids.tab(props.id)}
      className={props.className}
    >
      {props.children}
    </div>
  )
}
