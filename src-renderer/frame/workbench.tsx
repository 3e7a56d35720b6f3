import { useAppCommands } from './app-commands.ts'
import { Dock } from './dock.tsx'
import { useFoundPages } from '../views/help/found-pages.ts'
import { useFoundSettings } from '../views/settings/found-settings.ts'
import { PresentParts } from '../views/present/parts.tsx'
import { Tour } from '../views/tour/tour.tsx'
import { Rail } from './rail.tsx'
import { useShortcuts } from './shortcuts.ts'
import { StatusLine } from './status-line.tsx'
import { TopBar } from './top-bar.tsx'

export function Workbench() {
  useAppCommands()
  useShortcuts()
  useFoundPages()
  useFoundSettings()
  return (
    <div className="sh-workbench">
      <Rail />
      <TopBar />
      <main className="sh-stage">
        <Dock />
      </main>
      <StatusLine />
      <PresentParts />
      <Tour />
    </div>
  )
}
