import { expect, type Locator, type Page } from '@playwright/test'

/** The table of accounts. */
export class AccountsTable {
  readonly page: Page
  readonly panel: Locator
  readonly rows: Locator
  readonly chosen: Locator

  constructor(page: Page) {
    this.page = page
    this.panel = page.getByTestId('accounts')
    this.rows = page.getByTestId('account-row')
    this.chosen = this.panel.locator('[data-testid="account-row"][aria-selected="true"]')
  }

  async name(row: number): Promise<string> {
    return (await this.rows.nth(row).locator('.sh-account-name').innerText()).trim()
  }
  async filter(column: string, title: RegExp): Promise<void> {
    await this.panel.getByRole('columnheader', { name: title }).hover()
    await this.panel.getByTestId(`filter-${column}`).click()
  }
}

/** The page of one account, community, entity or report, in the inspector. */
export class Inspector {
  readonly page: Page
  readonly root: Locator
  readonly title: Locator

  constructor(page: Page) {
    this.page = page
    this.root = page.getByTestId('inspector').first()
    this.title = this.root.locator('h2')
  }

  part(name: string): Locator {
    return this.root.getByTestId(name)
  }
  /** Says what the thing is, and why. */
  async judge(verdict: string, reason: string): Promise<void> {
    await this.root.getByTestId('judge-reason').fill(reason)
    await this.root.getByTestId(`judge-${verdict}`).click()
    await expect(this.part('judgement')).toContainText(reason)
    await expect(this.root.getByTestId(`judge-${verdict}`)).toHaveAttribute('aria-pressed', 'true')
  }
  async addToNewCase(name: string): Promise<void> {
    await this.root.getByTestId('inspector-add-to-case').click()
    await this.page.getByTestId('new-case-name').first().fill(name)
    await this.page.getByTestId('new-case-create').first().click()
  }
}

/** A case: what was found, decided, and given to others as a pack. */
export class CasePage {
  readonly page: Page
  readonly items: Locator

  constructor(page: Page) {
    this.page = page
    this.items = page.getByTestId('case-item')
  }

  /** Exports the case into a folder and has the app verify it. */
  async export(folder: string): Promise<void> {
    await this.page.getByTestId('case-export').click()
    await this.page.getByTestId('export-folder').fill(folder)
    await this.page.getByTestId('export-start').click()
    await expect(this.page.getByTestId('export-result')).toBeVisible({ timeout: 60_000 })
    await this.page.getByTestId('verify').first().click()
    await expect(this.page.getByTestId('verify-result')).toBeVisible()
  }
}
