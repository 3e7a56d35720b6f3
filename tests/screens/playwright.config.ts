import tests from '../e2e/playwright.config.ts'

/** `npm run screens`: the pictures in docs/screens, made anew by driving the app. No part of `npm test`. */
export default {
  ...tests,
  testDir: '.',
  testMatch: '*.shots.ts',
  timeout: 3_600_000,
  retries: 0,
  reporter: [['list']],
  use: { ...tests.use, actionTimeout: 30_000 },
}
