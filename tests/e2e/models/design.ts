import { expect, type Page } from '@playwright/test'

export type DesignTab = 'recipe' | 'compare' | 'detectors'

/** Designing the graph: recipes, their previews, comparison and detectors. */
export class DesignView {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  async tab(tab: DesignTab): Promise<void> {
    await this.page.getByTestId(`design-tab-${tab}`).click()
  }
  /** Waits until the preview's figures are those of the very settings in the form. */
  async counted(): Promise<void> {
    await expect(this.page.getByTestId('preview-state')).toHaveAttribute('data-state', 'fresh', {
      timeout: 60_000,
    })
  }
  async edges(): Promise<number> {
    const shown = await this.page.getByTestId('preview-edges').locator('b').innerText()
    return Number(shown.replaceAll(/[^\d]/g, ''))
  }
  get sentence() {
    return this.page.getByTestId('recipe-sentence')
  }
}
