import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { join } from 'node:path'
import { LabPage, type LabTab } from './models/lab.ts'
import { DesignView, type DesignTab } from './models/design.ts'
import { Around } from './models/around.ts'
import { MapView } from './models/map.ts'
import { Timeline } from './models/timeline.ts'
import type { Panel, Place, Workbench } from './models/workbench.ts'
import { expect, test } from './support/app.ts'

/**
 * Every view with the analyzed sample: WCAG 2.2 AA by axe in both themes, nothing untranslated in either language, and
 * a picture of the main ones that must stay as it is. `--update-snapshots` makes the pictures anew.
 */
interface View {
  name: string
  /** The panel that is looked at. */
  panel: Panel | 'inspector'
  show(app: Workbench): Promise<unknown>
  /** A main view: also compared with its picture. */
  pictured?: true
}
const place = (name: Place, pictured?: true): View => ({
  name,
  panel: name,
  show: (app) => app.place(name),
  ...(pictured && { pictured }),
})
const byCommand = (panel: Panel, words: string): View => ({
  name: panel,
  panel,
  show: async (app) => {
    await app.command(words)
    await app.shown(panel)
  },
})

const INVESTIGATION: View[] = [
  {
    name: 'map',
    panel: 'map',
    pictured: true,
    show: async (app) => {
      await app.place('map')
      await new MapView(app.page).drawn()
    },
  },
  {
    name: 'timeline',
    panel: 'timeline',
    pictured: true,
    show: async (app) => {
      await app.place('timeline')
      await new Timeline(app.page).loaded()
    },
  },
  {
    name: 'community',
    panel: 'inspector',
    pictured: true,
    show: async (app) => {
      await app.place('communities')
      await app.page.getByTestId('community-row').nth(1).click()
      await expect(app.inspector.getByTestId('compare')).toBeVisible()
    },
  },
  place('communities', true),
  {
    name: 'account',
    panel: 'inspector',
    pictured: true,
    show: async (app) => {
      await app.place('accounts')
      await app.page.getByTestId('account-row').first().click()
      await expect(app.inspector.getByTestId('reason-row').first()).toBeVisible()
    },
  },
  place('accounts', true),
  place('reports', true),
  place('case', true),
  place('import'),
]
const TOOLS: View[] = [
  { name: 'around', panel: 'around', show: (app) => new Around(app.page).open(app) },
  byCommand('ask', 'Ask a question'),
  byCommand('help', 'Open the handbook'),
  byCommand('settings', 'Settings'),
  byCommand('history', 'History'),
  byCommand('story', 'Write a story'),
]
const WORKSHOPS: View[] = [
  ...(['recipe', 'compare', 'detectors'] as DesignTab[]).map((tab): View => ({
    name: `design-${tab}`,
    panel: 'design',
    ...(tab === 'recipe' && { pictured: true }),
    show: async (app) => {
      await app.place('design')
      const design = new DesignView(app.page)
      await design.tab(tab)
      if (tab === 'recipe') await design.counted()
    },
  })),
  ...(['score', 'queue', 'bench', 'validation', 'runs'] as LabTab[]).map((tab): View => ({
    name: `lab-${tab}`,
    panel: 'lab',
    ...(tab === 'score' && { pictured: true }),
    show: async (app) => {
      await app.place('lab')
      await new LabPage(app.page).tab(tab)
    },
  })),
]
/** Letters are drawn a little differently by other systems. */
const COMPARED = process.platform === 'linux'
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

const panelOf = (app: Workbench, { panel }: View) =>
  panel === 'inspector' ? app.inspector : app.page.getByTestId(`panel-${panel}`)

async function violations(page: Page, view: View, theme: string): Promise<string[]> {
  // The frame is looked at once, with the map; else only the panel, which is far quicker.
  const axe = new AxeBuilder({ page }).withTags(WCAG)
  if (view.name !== 'map')
    axe.include(`[data-testid="${view.panel === 'inspector' ? '' : 'panel-'}${view.panel}"]`)
  const { violations: found } = await axe.analyze()
  return found.map(
    (one) =>
      `${view.name}, ${theme}: ${one.id} ${one.nodes.map((node) => node.target.join(' ')).join(' | ')}`,
  )
}

async function look(app: Workbench, view: View): Promise<void> {
  const { page } = app
  await app.speak('en')
  await view.show(app)
  await page.mouse.move(720, 3) // no tooltip in the picture
  const panel = panelOf(app, view)
  for (const [language, theme] of [
    ['en', 'dark'],
    ['en', 'light'],
    ['zh-CN', 'light'],
  ] as const) {
    await app.speak(language)
    await app.wear(theme)
    const text = await panel.innerText()
    expect(text, `${view.name}, ${language}`).not.toMatch(
      /(^|\s)[a-z]+\.[a-z]+[A-Z.][A-Za-z.]*|undefined|NaN|\{\{/,
    )
    if (language === 'en') {
      const said = await violations(page, view, theme)
      expect.soft(said, said.join('\n')).toEqual([])
    }
    // Two pictures show both themes and both languages.
    if (view.pictured && COMPARED && (language === 'en') === (theme === 'dark'))
      await expect.soft(panel).toHaveScreenshot(`${view.name}-${language}-${theme}.png`, {
        stylePath: join(import.meta.dirname, 'support/pictures.css'),
        maxDiffPixelRatio: 0.02,
      })
  }
}

for (const [name, views] of Object.entries({ INVESTIGATION, TOOLS, WORKSHOPS }))
  test(`${name.toLowerCase()}: accessible, translated, and as pictured, in both themes and languages`, async ({
    app,
  }) => {
    test.slow()
    await app.page.emulateMedia({ reducedMotion: 'reduce' }) // nothing fades, so nothing has to be waited for
    const drawn = ['map', 'timeline', 'around'] as const
    // What is not looked at need not be drawn again with every change of theme.
    const looked = new Set<string>(views.map(({ panel }) => panel))
    for (const panel of drawn) if (panel !== 'around' && !looked.has(panel)) await app.close(panel)
    for (const view of views) {
      await test.step(view.name, () => look(app, view))
      for (const panel of drawn) if (view.panel === panel) await app.close(panel)
    }
  })
