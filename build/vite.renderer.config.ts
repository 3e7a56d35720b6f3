import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin, type UserConfig } from 'vite'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Font packages name a .woff beside every .woff2; Chromium never asks for it, so it is not shipped. */
function onlyWoff2(): Plugin {
  return {
    name: 'shoal:only-woff2',
    enforce: 'pre',
    transform(code, id) {
      if (!/@fontsource.*\.css/.test(id)) return
      return { code: code.replace(/,\s*url\([^)]*\.woff\)\s*format\('woff'\)/g, ''), map: null }
    },
  }
}

/** One renderer for every host: electron-vite builds it with these options, so do `vite build` and the tests. */
export const rendererConfig = {
  root: at('../src-renderer'),
  base: './',
  plugins: [onlyWoff2(), react()],
  build: {
    outDir: at('../out/renderer'),
    emptyOutDir: true,
    target: 'es2024',
    // Said here because electron-vite's defaults are others than vite's: both builds must give the same files.
    minify: 'oxc',
    cssMinify: 'lightningcss',
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Fonts and images stay files: the content security policy allows no data: fonts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    rollupOptions: { input: at('../src-renderer/index.html') },
  },
} satisfies UserConfig

export default defineConfig(rendererConfig)
