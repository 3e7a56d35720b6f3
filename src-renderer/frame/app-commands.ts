import { useEffect } from 'react'
import { api } from '../client/api.ts'
import { useFocus } from '../state/focus.ts'
import { helpHere, KEYS_PAGE, openHelp } from '../state/help.ts'
import { PLACES, PRESETS, useLayout } from '../state/layout.ts'
import { usePrefs } from '../state/prefs.ts'
import { isEmptySelection, useSelection } from '../state/selection.ts'
import { sessionSaved, useSession } from '../state/session.ts'
import { openNewestChanges } from '../views/import/changes/state.ts'
import { registerCommands, type Command } from './commands.ts'
import { goToRegion } from './regions.ts'
import { goToStart, useNaming } from './saved.ts'
import { redo, undo } from './undo.ts'
import { openWindow } from './windows.ts'

const layout = () => useLayout.getState()
const prefs = () => usePrefs.getState()

/** Closes the workspace once all that was done is with core. */
export async function closeWorkspace(): Promise<void> {
  await sessionSaved()
  await api.call('workspace.close', {})
}

/** What the workbench itself can do; views add their own while they are there. */
export const APP_COMMANDS: readonly Command[] = [
  {
    id: 'undo',
    titleKey: 'session.command.undo',
    keys: ['Mod+Z'],
    group: 'edit',
    run: () => void undo(),
    enabled: () => useSession.getState().ready,
  },
  {
    id: 'redo',
    titleKey: 'session.command.redo',
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    group: 'edit',
    run: () => void redo(),
    enabled: () => useSession.getState().ready,
  },
  {
    id: 'selection.back',
    titleKey: 'frame.selection.back',
    keys: ['Alt+ArrowLeft'],
    group: 'edit',
    run: () => void undo('selection'),
  },
  {
    id: 'selection.forward',
    titleKey: 'frame.selection.forward',
    keys: ['Alt+ArrowRight'],
    group: 'edit',
    run: () => void redo('selection'),
  },
  {
    id: 'selection.clear',
    titleKey: 'frame.selection.clear',
    group: 'edit',
    run: () => useSelection.getState().clear(),
    enabled: () => !isEmptySelection(useSelection.getState().selection),
  },
  { id: 'history', titleKey: 'session.command.history', group: 'edit', run: () => layout().goTo('history') },
  ...PLACES.map((place, index): Command => ({
    id: `go.${place}`,
    titleKey: `frame.place.${place}`,
    ...(index < 9 && { keys: [`Alt+${index + 1}`] }),
    group: 'go',
    whileTyping: true,
    run: () => layout().goTo(place),
  })),
  {
    id: 'around',
    titleKey: 'frame.place.around',
    keys: ['Alt+A'],
    group: 'go',
    run: () => layout().goTo('around'),
  },
  {
    id: 'region.next',
    titleKey: 'session.command.regionNext',
    keys: ['F6'],
    group: 'go',
    whileTyping: true,
    run: () => goToRegion(1),
  },
  {
    id: 'region.before',
    titleKey: 'session.command.regionBefore',
    keys: ['Shift+F6'],
    group: 'go',
    whileTyping: true,
    run: () => goToRegion(-1),
  },
  {
    id: 'go.inspector',
    titleKey: 'session.command.inspector',
    keys: ['Alt+0'],
    group: 'go',
    whileTyping: true,
    run: () => layout().goTo('inspector'),
  },
  {
    id: 'inspector',
    titleKey: 'frame.panel.toggle',
    keys: ['Mod+I'],
    group: 'go',
    run: () => layout().toggle('inspector'),
  },
  {
    id: 'inspector.pin',
    titleKey: 'session.pinned.pin',
    keys: ['Alt+P'],
    group: 'window',
    run: () => layout().pin(useFocus.getState().focus!),
    enabled: () => useFocus.getState().focus !== null,
  },
  {
    id: 'window.open',
    titleKey: 'session.command.window',
    keys: ['Alt+N'],
    group: 'window',
    run: () => openWindow(layout().active!),
    enabled: () => layout().active !== null,
  },
  {
    id: 'view.save',
    titleKey: 'session.save.view',
    keys: ['Mod+Shift+S'],
    group: 'view',
    whileTyping: true,
    run: () => useNaming.getState().ask('view'),
  },
  {
    id: 'filter.save',
    titleKey: 'session.save.filter',
    group: 'view',
    run: () => useNaming.getState().ask('filter'),
    enabled: () => !isEmptySelection(useSelection.getState().selection),
  },
  { id: 'view.start', titleKey: 'session.start', group: 'view', run: goToStart },
  ...PRESETS.map((preset): Command => ({
    id: `layout.${preset}`,
    titleKey: 'session.open.layout',
    titleKeyOfName: `session.preset.${preset}`,
    group: 'layout',
    run: () => layout().arrange(preset),
  })),
  {
    id: 'layout.save',
    titleKey: 'session.save.layout',
    group: 'layout',
    run: () => useNaming.getState().ask('layout'),
  },
  {
    id: 'names',
    titleKey: 'session.command.names',
    group: 'view',
    run: () => prefs().set({ hideNames: !prefs().hideNames }),
  },
  {
    id: 'language',
    titleKey: 'session.command.language',
    group: 'view',
    run: () => prefs().set({ language: prefs().language === 'en' ? 'zh-CN' : 'en' }),
  },
  {
    id: 'theme',
    titleKey: 'session.command.theme',
    group: 'view',
    run: () => prefs().set({ theme: prefs().resolvedTheme === 'dark' ? 'light' : 'dark' }),
  },
  {
    id: 'analyze',
    titleKey: 'frame.status.analyze',
    group: 'data',
    run: () => void api.call('analysis.start', {}),
  },
  {
    id: 'changes',
    titleKey: 'changes.command',
    group: 'data',
    run: () => void openNewestChanges(),
  },
  {
    id: 'workspace.check',
    titleKey: 'jobs.check.start',
    group: 'data',
    run: () => {
      layout().goTo('import')
      void api.call('workspace.check', {})
    },
  },
  {
    id: 'settings',
    titleKey: 'settings.open',
    keys: ['Mod+,'],
    group: 'help',
    whileTyping: true,
    run: () => layout().goTo('settings'),
  },
  { id: 'help', titleKey: 'help.here', keys: ['F1'], group: 'help', whileTyping: true, run: helpHere },
  { id: 'help.open', titleKey: 'help.open', group: 'help', run: () => openHelp('start') },
  { id: 'help.keys', titleKey: 'help.keys.open', keys: ['?'], group: 'help', run: () => openHelp(KEYS_PAGE) },
  {
    id: 'workspace.close',
    titleKey: 'frame.menu.closeWorkspace',
    group: 'data',
    run: () => void closeWorkspace(),
  },
]

export function useAppCommands(): void {
  useEffect(() => registerCommands(APP_COMMANDS), [])
}
