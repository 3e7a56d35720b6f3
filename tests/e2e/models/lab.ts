import { expect, type Locator, type Page } from '@playwright/test'
import { Workbench } from './workbench.ts'

export type LabTab = 'score' | 'queue' | 'bench' | 'validation' | 'runs'

/** The lab as one works in it. */
export class LabPage {
  readonly page: Page
  readonly items: Locator
  readonly rows: Locator
  readonly verdict: Locator

  constructor(page: Page) {
    this.page = page
    this.items = page.getByTestId('queue-item')
    this.rows = page.getByTestId('bench-row')
    this.verdict = page.getByTestId('verdict')
  }

  async open(url: string, tab: LabTab = 'score'): Promise<void> {
    const app = new Workbench(this.page)
    await app.open(url)
    await app.place('lab')
    await expect(this.page.getByTestId('lab')).toBeVisible()
    await this.tab(tab)
  }

  async tab(tab: LabTab): Promise<void> {
    const button = this.page.getByTestId(`lab-tab-${tab}`)
    await button.click()
    await expect(button).toHaveAttribute('aria-selected', 'true')
  }

  /** Waits until the job that was just started has ended. */
  async jobDone(timeout: number): Promise<void> {
    await expect(this.page.getByTestId('job-line').first()).toBeVisible()
    await expect(this.page.getByTestId('job-line')).toHaveCount(0, { timeout })
  }

  async train(scorer: string, timeout = 240_000): Promise<void> {
    await this.tab('score')
    await this.page.getByTestId('train-scorer').selectOption(scorer)
    await this.page.getByTestId('train-start').click()
    await this.jobDone(timeout)
    await expect(this.page.getByTestId('model-used')).toBeVisible()
  }

  /** Presses a key of the queue and waits until the next account is shown. */
  async press(key: string): Promise<void> {
    await this.page.getByRole('listbox').press(key)
  }

  /** The account that is looked at, once its facts are there to judge. */
  async current(): Promise<string> {
    await expect(this.page.getByTestId('queue-malicious')).toBeEnabled()
    return (
      await this.page.getByRole('option', { selected: true }).locator('.lab-queue-name').innerText()
    ).trim()
  }

  async chooseScorers(ids: readonly string[]): Promise<void> {
    const boxes = this.page.locator('[data-testid^="bench-scorer-"]')
    await expect(boxes.first()).toBeAttached() // the list comes from core
    for (const box of await boxes.all()) {
      const id = (await box.getAttribute('data-testid'))!.slice('bench-scorer-'.length)
      await box.setChecked(ids.includes(id), { force: true })
    }
  }
}
