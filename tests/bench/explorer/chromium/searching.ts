import type { Browser } from '@playwright/test'
import { line, load, ms, newPage, say, traced, holds } from './page.ts'
import { cpuOf, quiet } from './linked.ts'
import type { Opened } from './opening.ts'
import type { App } from './served.ts'
import { quantile, spent } from './trace.ts'

/** From a key pressed in the search box to the hits that answer what it says now. */
export async function searchPart(browser: Browser, app: App, peer: Opened | null): Promise<void> {
  const opened = await newPage(browser)
  const { page } = opened
  await page.goto(app.url)
  await page.getByTestId('map-canvas').waitFor()
  await page.waitForTimeout(4000)
  await quiet(page, 2000)
  await page.evaluate(`(() => {
    window.__keys = []
    addEventListener('keydown', ({ key, timeStamp }) => window.__keys.push({ key, at: timeStamp, shown: null }), true)
    // Every hit of an answer is put into the list in the same turn in which the box stops being busy.
    new MutationObserver(() => {
      const box = document.querySelector('.sh-search-results')
      const last = window.__keys.at(-1)
      if (!last || last.shown !== null || box?.getAttribute('aria-busy') !== 'false') return
      const typed = document.querySelector('[data-testid="search"]').value
      if (typed.at(-1) !== last.key) return
      last.shown = performance.now()
      last.hits = box.querySelectorAll('[data-testid="search-hit"]').length
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
  })()`)
  const { rows } = await app.call('accounts.list', { selection: {}, offset: 1000, limit: 1 } as never)
  const key = (rows as { key: string }[])[0]!.key
  const texts = [key.slice(0, 7), key.slice(-4), '10.1', '客服', 'zzqx']
  const times: number[] = []
  const cpus: number[] = []
  const answers: number[] = []
  let serverMs = 0
  await page.keyboard.press('Control+k')
  for (const text of texts) {
    await page.getByTestId('search').fill('')
    await page.waitForTimeout(500)
    await page.evaluate('window.__keys.length = 0, window.__probe.calls.length = 0')
    const before = app.cpuMs()
    const tasks = await traced(browser, opened, `search-${texts.indexOf(text)}`, async () => {
      for (const character of text) {
        // A Chinese character comes from an input method, which sends no key of its own.
        if (/^[\x20-\x7e]$/.test(character)) await page.keyboard.press(character)
        else {
          await page.evaluate(
            `window.__keys.push({ key: '${character}', at: performance.now(), shown: null })`,
          )
          await page.keyboard.insertText(character)
        }
        await holds(page, 'window.__keys.at(-1).shown !== null', 20_000)
        await page.waitForTimeout(450)
      }
    })
    serverMs += app.cpuMs() - before
    const keys =
      await page.evaluate<{ key: string; at: number; shown: number; hits: number }[]>('window.__keys')
    const calls =
      await page.evaluate<{ method: string; sent: number; answered: number }[]>('window.__probe.calls')
    const own = calls.filter(({ method }) => method === 'search.all')
    say(
      `search “${text}”: ${keys
        .map(({ key: k, at, shown, hits }) => {
          const call = own.find(({ sent }) => sent >= at && sent <= shown)
          times.push(shown - at)
          cpus.push(spent(tasks, at - 2, shown).cpu)
          if (call) answers.push(call.answered - call.sent)
          return `${k} ${ms(shown - at)} (${call ? `asked +${ms(call.sent - at)}, answer ${ms(call.answered - call.sent)}` : 'not asked'}, ${hits} hits)`
        })
        .join('; ')} load ${load()}`,
    )
  }
  const theirs = peer
    ? await cpuOf(
        peer,
        `window.__found = __peer.sigma.getGraph().filterNodes((_, { label }) => label.includes('${key.slice(0, 5)}')).slice(0, 8)`,
      )
    : null
  line('search, from key to hits, p50', quantile(times, 0.5), 'ms', 50, null)
  line('search, from key to hits, p95', quantile(times, 0.95), 'ms', 50, null)
  line('  its answer, p50', quantile(answers, 0.5), 'ms', null, null)
  // Linux says it in ticks of 10 ms: all keys together.
  line('  its server, a key', serverMs / times.length, 'ms', null, null)
  line('  its main thread, p50', quantile(cpus, 0.5), 'ms', null, theirs)
  await page.close()
}
