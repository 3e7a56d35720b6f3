import { Button, Icon, PopoverNext, type IconName } from '@blueprintjs/core'
import { useEffect, useState, type ReactNode } from 'react'
import type { SavedView } from '../../src-main/common/contract/session.ts'
import { useQuery } from '../client/use-query.ts'
import { PRESETS, useLayout } from '../state/layout.ts'
import { isEmptySelection, useSelection } from '../state/selection.ts'
import { Hint } from '../ui/explain.tsx'
import { useT, type MessageKey } from '../ui/i18n/index.ts'
import { keysText, registerCommands, type Command } from './commands.ts'
import { NameDialog } from './name-dialog.tsx'
import { goToStart, openSaved, removeSaved, useNaming } from './saved.ts'
import './saved.css'

const OPEN: Record<SavedView['kind'], MessageKey> = {
  view: 'session.open.view',
  filter: 'session.open.filter',
  layout: 'session.open.layout',
}

/** Saved views, filters and layouts, in two menus of the top bar; each saved thing is a command, too. */
export function SavedMenus() {
  const { data } = useQuery('views.list', {}, { on: ['views'] })
  useEffect(
    () =>
      registerCommands(
        (data ?? []).map((view): Command => ({
          id: `saved.${view.id}`,
          titleKey: OPEN[view.kind],
          titleValues: { name: view.name },
          group: view.kind === 'layout' ? 'layout' : 'view',
          run: () => openSaved(view),
        })),
      ),
    [data],
  )
  const of = (kind: SavedView['kind']) => (data ?? []).filter((view) => view.kind === kind)
  return (
    <>
      <ViewsMenu views={of('view')} filters={of('filter')} />
      <LayoutMenu layouts={of('layout')} />
      <NameDialog />
    </>
  )
}

function ViewsMenu({ views, filters }: { views: SavedView[]; filters: SavedView[] }) {
  const t = useT()
  const ask = useNaming((s) => s.ask)
  const nothingSelected = useSelection((s) => isEmptySelection(s.selection))
  return (
    <TopMenu icon="bookmark" label={t('session.menu.views')} testId="views-menu">
      {(close) => (
        <>
          <Action
            icon="plus"
            text={t('session.save.view')}
            keys="Mod+Shift+S"
            testId="save-view"
            onClick={() => {
              close()
              ask('view')
            }}
          />
          <Action
            icon="filter"
            text={t('session.save.filter')}
            disabled={nothingSelected}
            testId="save-filter"
            onClick={() => {
              close()
              ask('filter')
            }}
          />
          <Action
            icon="reset"
            text={t('session.start')}
            testId="view-start"
            onClick={() => {
              close()
              goToStart()
            }}
          />
          <SavedList
            title={t('session.menu.views')}
            empty={t('session.none.view')}
            saved={views}
            close={close}
          />
          <SavedList
            title={t('session.menu.filters')}
            empty={t('session.none.filter')}
            saved={filters}
            close={close}
          />
        </>
      )}
    </TopMenu>
  )
}

function LayoutMenu({ layouts }: { layouts: SavedView[] }) {
  const t = useT()
  const ask = useNaming((s) => s.ask)
  const arrange = useLayout((s) => s.arrange)
  return (
    <TopMenu icon="page-layout" label={t('session.menu.layout')} testId="layout-menu">
      {(close) => (
        <>
          {PRESETS.map((preset) => (
            <Action
              key={preset}
              icon="control"
              text={t(`session.preset.${preset}`)}
              about={t(`session.presetAbout.${preset}`)}
              testId={`preset-${preset}`}
              onClick={() => {
                close()
                arrange(preset)
              }}
            />
          ))}
          <SavedList
            title={t('session.menu.layouts')}
            empty={t('session.none.layout')}
            saved={layouts}
            close={close}
          />
          <Action
            icon="plus"
            text={t('session.save.layout')}
            testId="save-layout"
            onClick={() => {
              close()
              ask('layout')
            }}
          />
        </>
      )}
    </TopMenu>
  )
}

function TopMenu(props: {
  icon: IconName
  label: string
  testId: string
  children: (close: () => void) => ReactNode
}) {
  const [open, setOpen] = useState(false)
  return (
    <PopoverNext
      isOpen={open}
      onInteraction={setOpen}
      placement="bottom-end"
      content={
        open ? (
          <div className="sh-saved-menu" role="group" aria-label={props.label}>
            {props.children(() => setOpen(false))}
          </div>
        ) : undefined
      }
    >
      <Hint text={props.label}>
        <Button
          variant="minimal"
          size="small"
          icon={props.icon}
          aria-label={props.label}
          aria-expanded={open}
          data-testid={props.testId}
        />
      </Hint>
    </PopoverNext>
  )
}

function Action(props: {
  icon: IconName
  text: string
  about?: string
  keys?: string
  disabled?: boolean
  testId: string
  onClick(): void
}) {
  return (
    <button
      type="button"
      className="sh-saved-action"
      disabled={props.disabled}
      data-testid={props.testId}
      onClick={props.onClick}
    >
      <Icon icon={props.icon} size={14} />
      <span className="sh-saved-text">
        {props.text}
        {props.about && <span className="sh-quiet">{props.about}</span>}
      </span>
      {props.keys && <kbd className="sh-kbd">{keysText(props.keys)}</kbd>}
    </button>
  )
}

function SavedList(props: { title: string; empty: string; saved: SavedView[]; close(): void }) {
  const t = useT()
  const ask = useNaming((s) => s.ask)
  return (
    <>
      <div className="sh-caps sh-saved-title">{props.title}</div>
      {props.saved.length === 0 && <p className="sh-quiet sh-saved-none">{props.empty}</p>}
      <ul className="sh-saved-list">
        {props.saved.map((view) => (
          <li key={view.id}>
            <button
              type="button"
              className="sh-saved-action"
              data-testid={`saved-${view.name}`}
              onClick={() => {
                props.close()
                openSaved(view)
              }}
            >
              <span className="sh-saved-text">{view.name}</span>
            </button>
            <Button
              variant="minimal"
              size="small"
              icon={<Icon icon="edit" size={12} />}
              aria-label={t('session.renameOne', { name: view.name })}
              title={t('session.rename')}
              data-testid={`rename-${view.name}`}
              onClick={() => {
                props.close()
                ask(view.kind, view)
              }}
            />
            <Button
              variant="minimal"
              size="small"
              icon={<Icon icon="trash" size={12} />}
              aria-label={t('session.removeOne', { name: view.name })}
              title={t('session.removeOne', { name: view.name })}
              data-testid={`remove-${view.name}`}
              onClick={() => removeSaved(view)}
            />
          </li>
        ))}
      </ul>
    </>
  )
}
