import { expect, type Locator, type Page } from '@playwright/test'

export class Timeline {
  readonly page: Page
  readonly plot: Locator
  readonly overview: Locator
  readonly window: Locator
  readonly lanes: Locator
  /** What is shown, in words: the span and the width of a bar. */
  readonly about: Locator

  constructor(page: Page) {
    this.page = page
    this.plot = page.getByTestId('timeline-plot')
    this.overview = page.getByTestId('timeline-overview')
    this.window = page.getByTestId('timeline-window')
    this.lanes = page.getByTestId('timeline-lane')
    this.about = page.getByTestId('timeline').locator('.sh-panel-about')
  }

  /** Where a share of the plot's width lies on the screen. */
  async at(share: number): Promise<{ x: number; y: number }> {
    await expect(this.plot).toBeVisible()
    const box = (await this.plot.boundingBox())!
    return { x: box.x + box.width * share, y: box.y + 20 }
  }

  /** Selects the times between two shares of the plot's width. */
  async brush(from: number, to: number): Promise<void> {
    const [a, b] = [await this.at(from), await this.at(to)]
    await this.page.mouse.move(a.x, a.y)
    await this.page.mouse.down()
    await this.page.mouse.move(b.x, b.y, { steps: 6 })
    await this.page.mouse.up()
    await expect(this.page.getByTestId('chip-time')).toBeVisible()
  }

  async lanesBy(kind: string): Promise<void> {
    await this.page.getByTestId('timeline-lanes').selectOption(kind)
  }
  /** Waits until what is shown has come from core. */
  async loaded(): Promise<void> {
    await expect(this.page.locator('.tl-body')).toHaveAttribute('data-loading', 'false')
  }
}
