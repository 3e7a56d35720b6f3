import { Icon, Menu, MenuDivider, MenuItem, PopoverNext } from '@blueprintjs/core'
import { helpHere } from '../state/help.ts'
import { isActive, useJobs } from '../state/jobs.ts'
import { PLACES, useLayout } from '../state/layout.ts'
import { Hint } from '../ui/explain.tsx'
import { useT } from '../ui/i18n/index.ts'
import { startTour } from '../views/tour/store.ts'
import { closeWorkspace } from './app-commands.ts'
import { keysText } from './commands.ts'
import { Mark } from './mark.tsx'
import { PANEL_ICONS } from './places.ts'

/** The thin rail of places on the left; Alt+1 … Alt+9 go to them too. */
export function Rail() {
  const t = useT()
  const open = useLayout((s) => s.open)
  const active = useLayout((s) => s.active)
  const show = useLayout((s) => s.show)
  const toggle = useLayout((s) => s.toggle)
  const busy = useJobs((s) => s.jobs.some(isActive))
  return (
    <nav className="sh-rail" aria-label={t('frame.places')}>
      <PopoverNext
        placement="right-start"
        content={
          <Menu>
            <MenuItem
              icon="page-layout"
              text={t('frame.menu.resetLayout')}
              onClick={() => useLayout.getState().arrange('investigate')}
            />
            <MenuItem
              icon="presentation"
              text={t('story.presenter.open')}
              data-testid="menu-story"
              onClick={() => show('story')}
            />
            <MenuItem icon="history" text={t('session.command.history')} onClick={() => show('history')} />
            <MenuItem
              icon="path-search"
              text={t('tour.start')}
              data-testid="menu-tour"
              onClick={() => void startTour()}
            />
            <MenuDivider />
            <MenuItem
              icon="log-out"
              text={t('frame.menu.closeWorkspace')}
              onClick={() => void closeWorkspace()}
            />
          </Menu>
        }
      >
        <button
          type="button"
          className="sh-rail-mark"
          aria-label={t('frame.menu.label')}
          data-testid="main-menu"
        >
          <Mark size={22} />
        </button>
      </PopoverNext>
      {PLACES.map((place, index) => (
        <Hint key={place} text={t(`frame.place.${place}`)} keys={`Alt ${index + 1}`}>
          <button
            type="button"
            className={`sh-rail-place${open.includes(place) ? ' is-open' : ''}`}
            aria-label={t(`frame.place.${place}`)}
            aria-current={active === place ? 'page' : undefined}
            data-testid={`place-${place}`}
            onClick={() => show(place)}
          >
            <Icon icon={PANEL_ICONS[place]} size={16} />
            {place === 'import' && busy && <span className="sh-rail-busy" />}
          </button>
        </Hint>
      ))}
      <span className="sh-rail-gap" />
      <Hint text={t('help.here')} keys="F1">
        <button
          type="button"
          className={`sh-rail-place${open.includes('help') ? ' is-open' : ''}`}
          aria-label={t('help.here')}
          data-testid="open-help"
          onClick={helpHere}
        >
          <Icon icon={PANEL_ICONS.help} size={16} />
        </button>
      </Hint>
      <Hint text={t('settings.open')} keys={keysText('Mod+,')}>
        <button
          type="button"
          className={`sh-rail-place${open.includes('settings') ? ' is-open' : ''}`}
          aria-label={t('settings.open')}
          aria-current={active === 'settings' ? 'page' : undefined}
          data-testid="open-settings"
          onClick={() => show('settings')}
        >
          <Icon icon={PANEL_ICONS.settings} size={16} />
        </button>
      </Hint>
      <Hint text={t('frame.panel.toggle')} keys="Ctrl I">
        <button
          type="button"
          className={`sh-rail-place${open.includes('inspector') ? ' is-open' : ''}`}
          aria-label={t('frame.panel.toggle')}
          aria-pressed={open.includes('inspector')}
          data-testid="toggle-inspector"
          onClick={() => toggle('inspector')}
        >
          <Icon icon={PANEL_ICONS.inspector} size={16} />
        </button>
      </Hint>
    </nav>
  )
}
