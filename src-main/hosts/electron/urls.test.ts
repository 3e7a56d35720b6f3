import { expect, test } from 'vitest'
import { isAppUrl, isPanelUrl } from './urls.ts'

test('only the app itself is shown, and only its panels get a window of their own', () => {
  expect(isAppUrl('app://shoal/index.html')).toBe(true)
  for (const url of [
    'https://shoal/index.html',
    'app://shoal.evil/',
    'app://other/',
    'file:///etc/passwd',
    'x',
  ])
    expect(isAppUrl(url), url).toBe(false)
  expect(isPanelUrl('app://shoal/index.html?window=w-map&panel=map')).toBe(true)
  expect(isPanelUrl('app://shoal/index.html?window=w-a&panel=inspector.account.12')).toBe(true)
  for (const url of [
    'app://shoal/index.html',
    'app://shoal/assets/x.js?window=w&panel=map',
    'app://shoal/index.html?window=a%20b&panel=map',
    'https://example.com/index.html?window=w&panel=map',
  ])
    expect(isPanelUrl(url), url).toBe(false)
})
