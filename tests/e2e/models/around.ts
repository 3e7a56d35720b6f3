import { expect, type Locator, type Page } from '@playwright/test'
import { Workbench } from './workbench.ts'

/** The canvas of an account's neighbourhood. */
export class Around {
  readonly page: Page
  readonly canvas: Locator
  readonly chips: Locator
  readonly tree: Locator

  constructor(page: Page) {
    this.page = page
    this.canvas = page.getByTestId('around-canvas')
    this.chips = page.getByTestId('around-chip')
    this.tree = page.getByTestId('around-tree')
  }

  /** Opens the canvas around the riskiest account. */
  async open(app: Workbench): Promise<void> {
    await app.place('accounts')
    await this.page.getByTestId('account-row').first().click()
    await expect(app.inspector).toBeVisible()
    await this.page.keyboard.press('Alt+a')
    const start = this.page.getByTestId('around-start')
    await expect(start.or(this.canvas)).toBeVisible()
    if (await start.isVisible()) await start.click()
    await this.drawn()
  }
  async drawn(): Promise<void> {
    await expect(this.canvas).toBeVisible()
    await expect.poll(() => this.nodes()).toBeGreaterThan(3)
  }

  nodes(): Promise<number> {
    return this.page.evaluate(() => window.__shoalAround?.nodes().length ?? 0)
  }
  /** Waits until everything is laid out and no node moves any more. */
  async still(): Promise<void> {
    await expect(this.page.getByTestId('around').getByRole('status')).toBeHidden()
    await expect
      .poll(async () => {
        const before = await this.places()
        await this.page.waitForTimeout(300)
        return JSON.stringify(before) === JSON.stringify(await this.places())
      })
      .toBe(true)
  }
  /** How far nodes are from the first one, in parts of the farthest: the same at every zoom. */
  async shape(): Promise<Record<string, number>> {
    const places = await this.places()
    const [first] = places
    const far = places.map(({ x, y }) => Math.hypot(x - first!.x, y - first!.y))
    const most = Math.max(...far)
    return Object.fromEntries(places.map(({ key }, i) => [key, far[i]! / most]))
  }
  private places(): Promise<{ key: string; x: number; y: number }[]> {
    return this.page.evaluate(() => window.__shoalAround!.nodes())
  }
  edges(): Promise<number> {
    return this.page.evaluate(() => window.__shoalAround!.edges())
  }
}
