import { expect, type Locator, type Page } from '@playwright/test'

/** A place on the rail. */
export type Place =
  'map' | 'accounts' | 'communities' | 'design' | 'timeline' | 'reports' | 'lab' | 'case' | 'import'
/** A panel that is opened from elsewhere than the rail. */
export type Panel = Place | 'inspector' | 'ask' | 'around' | 'help' | 'settings' | 'history' | 'story'

/** The frame around all views: rail, top bar, search box, chips, history. */
export class Workbench {
  readonly page: Page
  readonly search: Locator
  readonly hits: Locator
  /** What stands beside the map: one thing in all that is known of it. */
  readonly inspector: Locator
  readonly count: Locator

  constructor(page: Page) {
    this.page = page
    this.search = page.getByTestId('search')
    this.hits = page.getByTestId('search-hit')
    this.inspector = page.getByTestId('inspector').first()
    this.count = page.getByTestId('selection-count')
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url)
    await expect(this.count).toBeVisible()
    await this.speak('en') // the language belongs to the person and outlives a workspace
  }

  async place(place: Place): Promise<Locator> {
    await this.page.getByTestId(`place-${place}`).click()
    return this.shown(place)
  }

  async shown(panel: Panel): Promise<Locator> {
    const found = this.page.getByTestId(`panel-${panel}`)
    await expect(found).toBeVisible()
    return found
  }

  /** The panel over the whole window, as one works in it for a while. */
  async maximise(panel: Panel): Promise<void> {
    const button = this.page
      .locator('.dv-groupview', { has: this.page.getByTestId(`panel-${panel}`) })
      .getByRole('button', { name: /Fill the window|最大化/ })
    if (await button.isVisible()) await button.click()
  }

  async close(panel: Panel): Promise<void> {
    await this.page
      .locator('.dv-groupview', { has: this.page.getByTestId(`panel-${panel}`) })
      .getByRole('button', { name: /^(Close|关闭)/ })
      .click()
    await expect(this.page.getByTestId(`panel-${panel}`)).toBeHidden()
  }

  async speak(language: 'en' | 'zh-CN'): Promise<void> {
    const html = this.page.locator('html')
    if ((await html.getAttribute('lang')) !== language) await this.page.getByTestId('language').click()
    await expect(html).toHaveAttribute('lang', language)
  }

  async wear(colorScheme: 'dark' | 'light'): Promise<void> {
    await this.page.emulateMedia({ colorScheme })
    await expect(this.page.locator('html')).toHaveAttribute('data-theme', colorScheme)
  }

  chip(part: string): Locator {
    return this.page.getByTestId(`chip-${part}`)
  }
  async dropChip(part: string): Promise<void> {
    await this.chip(part)
      .getByRole('button', { name: /^Remove/ })
      .click()
    await expect(this.chip(part)).toBeHidden()
  }

  /** Types into the search box from wherever the focus is. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.press('Control+k')
    await expect(this.search).toBeFocused()
    await this.page.keyboard.type(text)
  }
  hit(text: string): Locator {
    return this.hits.filter({ has: this.page.getByText(text, { exact: true }) }).first()
  }
  /** Selects a community from the search box. */
  async select(community: string): Promise<void> {
    await this.type(community)
    await this.hit(community).click({ modifiers: ['Control'] })
    await expect(this.chip('communities')).toContainText(community)
  }
  /** Runs a command by its words, by keys. */
  async command(words: string): Promise<void> {
    await this.type(`>${words}`)
    await expect(this.hits.first()).toContainText(words)
    await this.page.keyboard.press('Enter')
    await expect(this.search).not.toBeFocused()
  }

  /** How many are selected, in words, once that is counted: before, it says in grey what it said before. */
  async counted(): Promise<string> {
    await expect(this.count).not.toHaveClass(/is-loading/)
    return this.count.innerText()
  }
  /** Waits until the app says that all which was done is in the workspace's file. */
  async saved(): Promise<void> {
    await expect(this.page.getByTestId('journal')).toHaveAttribute('data-saved', 'true')
  }

  get undo(): Locator {
    return this.page.getByTestId('undo')
  }
}
