import { InputGroup } from '@blueprintjs/core'
import { useEffect, useRef } from 'react'
import { useWorkspace } from '../../state/workspace.ts'
import { useT } from '../../ui/i18n/index.ts'
import { EmptyState } from '../../ui/states.tsx'
import { CONTROLS } from './controls.tsx'
import { aboutOf, findSettings, nameOf, SECTIONS, SETTINGS, type Setting } from './list.ts'
import { useSettings } from './store.ts'
import './settings.css'

/** The field that finds settings. */
export function SettingsSearch() {
  const t = useT()
  const { query, ask } = useSettings()
  return (
    <InputGroup
      size="small"
      type="search"
      leftIcon="search"
      value={query}
      placeholder={t('settings.search')}
      aria-label={t('settings.search')}
      data-testid="settings-search"
      onChange={(event) => ask(event.target.value)}
    />
  )
}

/** All settings, or those that the search finds, by section. */
export function SettingsPage() {
  const t = useT()
  const { query, led } = useSettings()
  const open = useWorkspace((s) => s.info !== null && s.info !== undefined)
  const list = useRef<HTMLDivElement>(null)
  const here = SETTINGS.filter((setting) => open || !setting.workspace)
  const found = findSettings(query, t, here)
  useEffect(() => {
    if (!led) return
    const row = list.current?.querySelector<HTMLElement>(`[data-setting="${led.id}"]`)
    row?.scrollIntoView({ block: 'center' })
    row?.querySelector<HTMLElement>('input:checked, input:not([type="radio"]), button')?.focus()
  }, [led])
  return (
    <div className="sh-settings-list" ref={list} data-testid="settings">
      <p className="sh-visually-hidden" role="status">
        {query.trim() !== '' && t('settings.found', { count: found.length })}
      </p>
      {found.length === 0 && (
        <EmptyState icon="search" title={t('settings.none', { query })}>
          {t('settings.noneText')}
        </EmptyState>
      )}
      {SECTIONS.map((section) => {
        const rows = found.filter((setting) => setting.section === section)
        if (rows.length === 0) return null
        return (
          <section key={section} aria-labelledby={`sh-settings-${section}`}>
            <h3 className="sh-caps" id={`sh-settings-${section}`}>
              {t(`settings.section.${section}`)}
            </h3>
            {rows.map((setting) => (
              <Row key={setting.id} setting={setting} />
            ))}
          </section>
        )
      })}
    </div>
  )
}

function Row({ setting: { id } }: { setting: Setting }) {
  const t = useT()
  const Control = CONTROLS[id]
  const about = `sh-setting-${id}-about`
  return (
    <div className="sh-settings-row" data-setting={id}>
      <div className="sh-settings-name">
        <span>{nameOf(id, t)}</span>
        <span className="sh-quiet" id={about}>
          {aboutOf(id, t)}
        </span>
      </div>
      <div className="sh-settings-control">
        <Control describedBy={about} />
      </div>
    </div>
  )
}
