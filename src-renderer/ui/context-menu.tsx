import {
  ContextMenu as BlueprintContextMenu,
  Menu,
  MenuDivider,
  MenuItem,
  type IconName,
} from '@blueprintjs/core'
import type { ReactNode } from 'react'

export type MenuEntry =
  | { key: string; text: string; icon?: IconName; keys?: string; disabled?: boolean; onClick: () => void }
  | { key: string; divider: true; title?: string }

export function EntryMenu(props: { entries: MenuEntry[] }) {
  return (
    <Menu size="small">
      {props.entries.map((entry) =>
        'divider' in entry ? (
          <MenuDivider key={entry.key} title={entry.title} />
        ) : (
          <MenuItem
            key={entry.key}
            text={entry.text}
            icon={entry.icon}
            label={entry.keys}
            disabled={entry.disabled}
            onClick={entry.onClick}
          />
        ),
      )}
    </Menu>
  )
}

/** What the second mouse button (or the menu key) offers on its children. */
export function ContextMenu(props: { entries: MenuEntry[]; className?: string; children: ReactNode }) {
  return (
    <BlueprintContextMenu className={props.className} content={<EntryMenu entries={props.entries} />}>
      {props.children}
    </BlueprintContextMenu>
  )
}
