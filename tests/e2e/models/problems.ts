import type { Locator, Page } from '@playwright/test'

/** Rows that could not be stored: in the import view, and read again from the mapping window. */
export class Problems {
  readonly page: Page
  readonly sum: Locator
  readonly kinds: Locator
  readonly parts: Locator
  readonly rows: Locator

  constructor(page: Page) {
    this.page = page
    this.sum = page.getByTestId('problem-sum')
    this.kinds = page.getByTestId('problem-group')
    this.parts = page.getByTestId('problem-part')
    this.rows = page.getByTestId('problem-row')
  }

  kind(code: string): Locator {
    return this.page.locator(`[data-testid="problem-group"][data-code="${code}"]`)
  }
  /** Saves the shown rows of one kind and file; the text of the file. */
  async exported(): Promise<string> {
    const saved = this.page.waitForEvent('download')
    await this.parts.first().getByTestId('problem-export').click()
    const stream = await (await saved).createReadStream()
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks).toString('utf8')
  }
  async retry(): Promise<void> {
    await this.parts.first().getByTestId('problem-retry').click()
  }
}

/** "Where is this from?": a row as it was in its file. */
export class RowPanel {
  readonly root: Locator
  readonly cells: Locator

  constructor(page: Page) {
    this.root = page.getByTestId('provenance-dialog')
    this.cells = this.root.getByTestId('provenance-cells')
  }

  /** The cells by column. */
  async byColumn(): Promise<Record<string, string>> {
    const rows = await this.cells.locator('tbody tr').all()
    const pairs = await Promise.all(
      rows.map(async (row) => [
        await row.locator('th').innerText(),
        await row.locator('td').first().innerText(),
      ]),
    )
    return Object.fromEntries(pairs) as Record<string, string>
  }
  /** Columns whose cells made the fact. */
  marked(): Promise<string[]> {
    return this.cells.locator('tr.is-used > th').allInnerTexts()
  }
}
