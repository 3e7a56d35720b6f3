import { expect, type Page } from '@playwright/test'

/** The map of communities: what it draws is read from the stage, not from pixels. */
export class MapView {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  /** Waits until the communities are drawn. */
  async drawn(timeout = 60_000): Promise<void> {
    await expect(this.page.getByTestId('map-canvas')).toBeVisible({ timeout })
    await expect
      .poll(() => this.page.evaluate(() => window.__shoalMap?.counts().communities ?? 0), { timeout })
      .toBeGreaterThan(5)
    await expect
      .poll(() => this.page.evaluate(() => window.__shoalMap?.counts().points ?? 0), { timeout })
      .toBeGreaterThan(1000)
  }

  counts(): Promise<{ communities: number; members: number; edges: number; points: number }> {
    return this.page.evaluate(() => window.__shoalMap!.counts())
  }
  /** Which community is open; null: the whole workspace is shown. */
  open(): Promise<number | null> {
    return this.page.evaluate(() => window.__shoalMap!.open)
  }

  /** The middle of a community's disc on the screen. */
  async disc(id: number): Promise<{ x: number; y: number }> {
    const found = await this.page.evaluate(
      (wanted) => window.__shoalMap!.positions().find((place) => place.id === wanted),
      id,
    )
    return { x: found!.x, y: found!.y }
  }
  async click(id: number): Promise<void> {
    const at = await this.disc(id)
    await this.page.mouse.click(at.x, at.y)
  }
  async enter(id: number): Promise<void> {
    const at = await this.disc(id)
    await this.page.mouse.dblclick(at.x, at.y)
    await expect.poll(() => this.open()).toBe(id)
    await expect.poll(async () => (await this.counts()).members).toBeGreaterThan(2)
  }

  /** The list that stands for the map where one cannot see or point. */
  get list() {
    return this.page.getByTestId('panel-map').getByRole('listbox')
  }
}
