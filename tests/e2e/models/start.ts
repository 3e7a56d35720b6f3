import { expect, type Locator, type Page } from '@playwright/test'

/** What one sees without a workspace. */
export class StartScreen {
  readonly page: Page
  readonly sample: Locator

  constructor(page: Page) {
    this.page = page
    this.sample = page.getByTestId('start-sample')
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url)
    await expect(this.sample).toBeVisible()
  }
}
