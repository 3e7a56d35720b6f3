import { Menu, type MenuItemConstructorOptions } from 'electron'

/** The system menu keeps to what every platform's users expect; the app's own commands are in the app. */
export function installMenu(isMac: boolean, language: string): void {
  const zh = language.startsWith('zh')
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } as MenuItemConstructorOptions] : []),
    { label: zh ? '文件' : 'File', submenu: [isMac ? { role: 'close' } : { role: 'quit' }] },
    {
      label: zh ? '编辑' : 'Edit',
      submenu: [{ role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }],
    },
    {
      label: zh ? '视图' : 'View',
      submenu: [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'togglefullscreen' }],
    },
    { role: 'windowMenu' },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
