import { expect, type Locator, type Page } from '@playwright/test'

/** Somebody who has no mouse: everything is reached by keys, and it is seen where the focus is. */
export class Keyboard {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key)
  }
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text)
  }

  /** Tabs on until it has the focus; fails when that takes more than a person would put up with. */
  async tabTo(target: Locator, most = 40, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    await expect(target).toBeVisible()
    for (let i = 0; i < most; i++) {
      if (await this.has(target)) return
      await this.page.keyboard.press(key)
    }
    const where = await this.page.locator(':focus').evaluateAll((all) => all[0]?.outerHTML.slice(0, 200))
    expect(await this.has(target), `the focus went elsewhere: ${where}`).toBe(true)
  }
  /** Goes to a place by its key; once more where the window was still being built up under the hands. */
  async goTo(key: string, target: Locator): Promise<void> {
    await expect(async () => {
      await this.page.keyboard.press(key)
      await expect.poll(() => this.has(target), { timeout: 5000 }).toBe(true)
    }).toPass({ timeout: 20_000 })
  }

  /** The focus, or something inside of it, is there. */
  async has(target: Locator): Promise<boolean> {
    return target.evaluate((element) => element.contains(element.ownerDocument.activeElement))
  }
}
