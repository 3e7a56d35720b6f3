import { expect, type Locator, type Page } from '@playwright/test'

/** The card of the tour, which stands beside the control that it speaks of. */
export class TourCard {
  readonly page: Page
  readonly card: Locator
  readonly ring: Locator
  readonly next: Locator

  constructor(page: Page) {
    this.page = page
    this.card = page.getByTestId('tour')
    this.ring = page.locator('.sh-tour-ring')
    this.next = page.getByTestId('tour-next')
  }

  /** Waits until the tour is at a step. */
  async at(step: string): Promise<void> {
    await expect(this.card).toHaveAttribute('data-step', step)
  }

  /** The ring is around (a part of) the control. */
  async pointsAt(control: Locator): Promise<void> {
    await expect
      .poll(async () => {
        const [ring, box] = await Promise.all([this.ring.boundingBox(), control.boundingBox()])
        if (!ring || !box) return false
        const [x, y] = [ring.x + ring.width / 2, ring.y + ring.height / 2]
        return x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height
      })
      .toBe(true)
  }

  /** The name that the card gives: of the community in its title, of a thing in its text. */
  async named(pattern: RegExp): Promise<string> {
    let name: string | undefined
    await expect
      .poll(async () => (name = pattern.exec(await this.card.innerText())?.[1]), {
        message: `the card names ${pattern}`,
      })
      .toBeDefined()
    return name!
  }
}
