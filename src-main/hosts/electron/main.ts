import { app, BrowserWindow, dialog, ipcMain, MessageChannelMain, nativeTheme } from 'electron'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { probeProviders } from '../../compute/onnx/providers.ts'
import { createCore } from '../../core/app.ts'
import type { PickDialog } from '../../core/workspace/handlers.ts'
import { registerAppScheme, serveAppProtocol } from './app-protocol.ts'
import { portTransport, type PortLike } from './ipc-transport.ts'
import { installMenu } from './menu.ts'
import { secureContents, secureSession } from './security.ts'
import { APP_ORIGIN, isAppUrl } from './urls.ts'
import { startUtilityCompute, startUtilityProbe } from './utility-compute.ts'

const ENTRY_DIR = import.meta.dirname // out/main
/** Models and the sample lie beside the asar when packaged, in the checkout otherwise. */
const RESOURCES = app.isPackaged ? process.resourcesPath : join(ENTRY_DIR, '../..')
const MODELS_DIR = join(RESOURCES, 'models')
const SAMPLE_DIR = join(RESOURCES, app.isPackaged ? 'sample' : 'resources/sample')

registerAppScheme()
if (!app.requestSingleInstanceLock()) app.quit()
else void start()

const pick: PickDialog = async (what) => {
  const window = BrowserWindow.getFocusedWindow()
  const options: Electron.OpenDialogOptions = {
    // A folder and files cannot be offered in one dialog everywhere; exports come as folders most of all.
    properties:
      what === 'export' && process.platform !== 'darwin'
        ? ['openDirectory', 'multiSelections']
        : ['openDirectory'],
  }
  if (what === 'export' && process.platform === 'darwin') {
    options.properties = ['openFile', 'openDirectory', 'multiSelections']
  }
  const result = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options))
  return result.canceled ? null : result.filePaths
}

function actor(): string {
  try {
    return userInfo().username
  } catch {
    return 'unknown'
  }
}

/** Every window of the app is as locked down as the first. */
function windowOptions(): Electron.BrowserWindowConstructorOptions {
  return {
    width: 1440,
    height: 900,
    minWidth: 720,
    minHeight: 480,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0e1318' : '#f4f6f8',
    webPreferences: {
      preload: join(ENTRY_DIR, '../preload/preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false, // it would fetch dictionaries
    },
  }
}

function openWindow(): BrowserWindow {
  const window = new BrowserWindow({ ...windowOptions(), minWidth: 960, minHeight: 600, show: false })
  secureContents(window.webContents, () => ({ ...windowOptions(), width: 1100, height: 760 }))
  window.once('ready-to-show', () => window.show())
  void window.loadURL(`${APP_ORIGIN}/index.html`)
  return window
}

async function start(): Promise<void> {
  await app.whenReady()
  secureSession()
  serveAppProtocol(join(ENTRY_DIR, '../renderer'))
  installMenu(process.platform === 'darwin', app.getLocale())
  const version = app.getVersion()
  const providersFile = join(app.getPath('userData'), 'providers.json')
  const core = createCore({
    host: {
      kind: 'electron',
      version,
      platform: process.platform,
      nativeDialogs: true,
      documentsDir: app.getPath('documents'),
      actor: actor(),
    },
    pick,
    startCompute: () =>
      startUtilityCompute(join(ENTRY_DIR, 'compute.js'), {
        modelsDir: MODELS_DIR,
        appVersion: version,
        providersFile,
      }),
    modelsDir: MODELS_DIR,
    sampleDir: SAMPLE_DIR,
    userDir: app.getPath('userData'),
    log: (level, message) => console[level](message),
  })
  // Each page that is ours gets one port; a reload asks again and the old port closes with its page.
  ipcMain.on('shoal:connect', (event) => {
    if (!event.senderFrame || !isAppUrl(event.senderFrame.url)) return
    const { port1, port2 } = new MessageChannelMain()
    core.serve(portTransport(port1 as unknown as PortLike))
    event.sender.postMessage('shoal:port', null, [port2])
  })
  openWindow()
  // Found once per machine and kept; until then scoring uses the processor. A failed probe changes nothing.
  void probeProviders({
    cacheFile: providersFile,
    startChild: () => startUtilityProbe(join(ENTRY_DIR, 'probe-child.js')),
  }).catch((error: unknown) => console.warn('The provider probe failed:', error))
  app.on('second-instance', () => {
    const window = BrowserWindow.getAllWindows()[0]
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openWindow()
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  let closing = false
  app.on('before-quit', (event) => {
    if (closing) return
    // Jobs are cancelled and the database is closed before the process goes.
    closing = true
    event.preventDefault()
    void core.close().finally(() => app.quit())
  })
}
