import { fileURLToPath } from 'node:url'
import { defineConfig } from 'electron-vite'
import { rendererConfig } from './build/vite.renderer.config.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  main: {
    build: {
      outDir: at('./out/main'),
      rollupOptions: {
        input: {
          main: at('./src-main/hosts/electron/main.ts'),
          compute: at('./src-main/hosts/electron/compute.ts'),
          'fit-worker': at('./src-main/compute/learning/scorers/fit-worker.ts'),
          'write-worker': at('./src-main/compute/ingest/bulk/write-worker.ts'),
          'probe-child': at('./src-main/compute/onnx/probe-child.ts'),
        },
      },
    },
  },
  preload: {
    build: {
      outDir: at('./out/preload'),
      // A sandboxed preload is one CommonJS file without imports of its own.
      externalizeDeps: false,
      rollupOptions: {
        input: { preload: at('./src-main/hosts/electron/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: rendererConfig,
})
