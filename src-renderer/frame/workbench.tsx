import { Dock } from './dock.tsx'
import { Rail } from './rail.tsx'
import { useShortcuts } from './shortcuts.ts'
import { StatusLine } from './status-line.tsx'
import { TopBar } from './top-bar.tsx'

export function Workbench() {
  useShortcuts()
  return (
    <div className="sh-workbench">
      <Rail />
      <TopBar />
      <main className="sh-stage">
        <Dock />
      </main>
      <StatusLine />
    </div>
  )
}
