import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'main',
          setupFiles: ['tests/unit/seed.ts'],
          environment: 'node',
          include: ['src-main/**/*.test.ts', 'build/**/*.test.ts', 'tests/unit/**/*.test.ts'],
          // Native modules (onnxruntime-node, better-sqlite3) are happiest one process per file.
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'renderer',
          setupFiles: ['tests/unit/seed.ts'],
          environment: 'happy-dom',
          include: ['src-renderer/**/*.test.{ts,tsx}'],
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 60_000,
        },
      },
    ],
  },
})
