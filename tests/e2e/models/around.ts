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
  edges(): Promise<number> {
    return this.page.evaluate(() => window.__shoalAround!.edges())
  }
}
