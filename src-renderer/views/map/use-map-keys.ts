import { useCallback, useEffect, type KeyboardEvent } from 'react'
import { registerCommands, type Command } from '../../frame/commands.ts'
import { reducedMotion } from '../../graph/controllers.tsx'
import type { MapStage } from '../../graph/stage.ts'
import { useFocus } from '../../state/focus.ts'
import { useLayout } from '../../state/layout.ts'
import { isEmptySelection, useSelection } from '../../state/selection.ts'
import { hideSelected, showHidden, toggleOnly } from './actions.ts'
import { useMap } from './store.ts'

/** Up one level: surroundings → community → everything → nothing selected. */
export function goUp(): void {
  const { around, set, tool } = useMap.getState()
  const focus = useFocus.getState()
  if (tool !== 'pan') set({ tool: 'pan' })
  else if (around !== null) set({ around: null })
  else if (focus.openCommunity !== null) focus.open(null)
  else useSelection.getState().patch({ communities: undefined, accounts: undefined })
}

function meantAccounts(): number[] {
  const { accounts } = useSelection.getState().selection
  if (accounts && accounts.length > 0) return accounts
  const { focus } = useFocus.getState()
  return focus?.kind === 'account' ? [focus.id] : []
}

function lookAround(): void {
  const accounts = meantAccounts()
  if (accounts.length > 0) useMap.getState().set({ around: accounts.slice(0, 20) })
}
function compare(): void {
  const { compared, set } = useMap.getState()
  const { communities } = useSelection.getState().selection
  if (compared) set({ compared: null })
  else if (communities?.length === 2) set({ compared: [communities[0]!, communities[1]!] })
}
function paths(): void {
  const { paths: drawn, set } = useMap.getState()
  const accounts = meantAccounts()
  if (drawn) set({ paths: null })
  else if (accounts.length === 2) set({ paths: [accounts[0]!, accounts[1]!] })
}
const toggleTool = (tool: 'lasso' | 'box') => {
  const { tool: now, set } = useMap.getState()
  set({ tool: now === tool ? 'pan' : tool })
}
const toggleHeat = () => useMap.getState().set({ heat: !useMap.getState().heat })

/** Keys of the map panel: those that move need the stage itself to have the focus, letters work anywhere in the panel. */
export function useMapKeys(stage: MapStage | null): (event: KeyboardEvent) => void {
  return useCallback(
    (event) => {
      if (!stage || event.ctrlKey || event.metaKey || event.altKey) return
      const target = event.target as HTMLElement
      if (target.matches('input, textarea, select, [contenteditable]') || target.closest('.sh-around')) return
      const focus = useFocus.getState()
      const animate = !reducedMotion()
      const onStage = target.classList.contains('sh-map-stage')
      const moves: Record<string, () => void> = {
        ArrowLeft: () => stage.camera.pan(-0.12, 0),
        ArrowRight: () => stage.camera.pan(0.12, 0),
        ArrowUp: () => stage.camera.pan(0, -0.12),
        ArrowDown: () => stage.camera.pan(0, 0.12),
        '+': () => stage.camera.zoom(1.4, animate),
        '=': () => stage.camera.zoom(1.4, animate),
        '-': () => stage.camera.zoom(1 / 1.4, animate),
        '0': () => stage.camera.frame(focus.openCommunity, animate),
        Enter: () => {
          if (focus.focus?.kind === 'community') focus.open(focus.focus.id)
          else lookAround()
        },
      }
      const letters: Record<string, () => void> = {
        Escape: goUp,
        l: () => toggleTool('lasso'),
        b: () => toggleTool('box'),
        h: () => void hideSelected(),
        o: toggleOnly,
        c: compare,
        p: paths,
        a: lookAround,
        d: toggleHeat,
      }
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
      const act = (onStage ? moves[event.key] : undefined) ?? letters[key]
      if (!act) return
      event.preventDefault()
      event.stopPropagation()
      act()
    },
    [stage],
  )
}

/** The same for the command box. */
export function useMapCommands(stage: MapStage | null): void {
  useEffect(() => {
    if (!stage) return
    const onMap = (run: () => void) => () => {
      useLayout.getState().show('map')
      run()
    }
    const some = () => !isEmptySelection(useSelection.getState().selection)
    const commands: Command[] = [
      {
        id: 'map.lasso',
        titleKey: 'mapTools.tool.lasso',
        group: 'edit',
        run: onMap(() => toggleTool('lasso')),
      },
      { id: 'map.box', titleKey: 'mapTools.tool.box', group: 'edit', run: onMap(() => toggleTool('box')) },
      {
        id: 'map.hide',
        titleKey: 'mapTools.tool.hide',
        group: 'edit',
        run: () => void hideSelected(),
        enabled: some,
      },
      {
        id: 'map.unhide',
        titleKey: 'mapTools.tool.unhide',
        group: 'edit',
        run: showHidden,
        enabled: () => useSelection.getState().selection.withoutSets !== undefined,
      },
      { id: 'map.only', titleKey: 'mapTools.tool.only', group: 'view', run: onMap(toggleOnly) },
      { id: 'map.heat', titleKey: 'mapTools.tool.heat', group: 'view', run: onMap(toggleHeat) },
      {
        id: 'map.around',
        titleKey: 'mapTools.tool.around',
        group: 'view',
        run: onMap(lookAround),
        enabled: () => meantAccounts().length > 0,
      },
      {
        id: 'map.compare',
        titleKey: 'mapTools.tool.compare',
        group: 'view',
        run: onMap(compare),
        enabled: () => useSelection.getState().selection.communities?.length === 2,
      },
      {
        id: 'map.paths',
        titleKey: 'mapTools.tool.paths',
        group: 'view',
        run: onMap(paths),
        enabled: () => meantAccounts().length === 2,
      },
      {
        id: 'map.fit',
        titleKey: 'map.zoom.fit',
        group: 'view',
        run: onMap(() => stage.camera.frame(useFocus.getState().openCommunity, !reducedMotion())),
      },
    ]
    return registerCommands(commands)
  }, [stage])
}
