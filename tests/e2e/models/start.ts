import { expect, type Locator, type Page } from '@playwright/test'

/** What one sees without a workspace. */
export class StartScreen {
  readonly page: Page
  readonly sample: Locator
  /** What did not work. */
  readonly failed: Locator
  /** Where the workspace of an export goes. */
  readonly path: Locator

  constructor(page: Page) {
    this.page = page
    this.sample = page.getByTestId('start-sample')
    this.failed = page.getByTestId('start-failed')
    this.path = page.getByTestId('new-workspace-path')
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url)
    await expect(this.sample).toBeVisible()
  }

  /** Chooses an export's folder for a new workspace at `workspace`, as far as the mapping window. */
  async beginWith(folder: string, workspace: string): Promise<void> {
    await this.page.getByTestId('start-new').click()
    await this.page.getByTestId('browser-path').fill(folder)
    await this.page.keyboard.press('Enter')
    await this.page.getByTestId('browser-choose').click()
    await this.path.fill(workspace)
    await this.page.keyboard.press('Enter')
  }

  /** From now on the page knows where dropped files lie, as in the desktop app. */
  async knowsPaths(folder: string): Promise<void> {
    await this.page.evaluate((at) => {
      const bridge = { pathOf: (file: File) => `${at}/${file.name}` }
      ;(window as unknown as { shoal: unknown }).shoal = bridge
    }, folder)
  }
  async drop(...names: string[]): Promise<void> {
    await this.page.evaluate(`(() => {
      const dataTransfer = new DataTransfer()
      for (const name of ${JSON.stringify(names)}) dataTransfer.items.add(new File(['x'], name))
      document.querySelector('[data-testid="start"]')
        .dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }))
    })()`)
  }
}
