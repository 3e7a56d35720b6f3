import { beforeEach, describe, expect, it } from 'vitest'
import { focusPanel, goToRegion } from './regions.ts'

const at = () => document.activeElement?.id
const tick = () => new Promise((done) => setTimeout(done, 0))

describe('F6', () => {
  beforeEach(() => {
    document.body.innerHTML = `
      <nav class="sh-rail"><button id="rail-a"></button><button id="rail-b"></button></nav>
      <header class="sh-top"><input id="search" /></header>
      <main class="sh-dock">
        <div class="dv-groupview"><button id="tab"></button><div class="sh-panel"><button id="tool"></button>
          <div role="grid" tabindex="0" id="grid"></div></div></div>
        <div class="dv-groupview"><p>nothing to stand on</p></div>
      </main>
      <footer class="sh-status"><button id="status" disabled></button></footer>`
  })

  it('goes through the parts that have something to stand on, onto the table of a panel, and around', () => {
    goToRegion(1)
    expect(at()).toBe('rail-a')
    goToRegion(1)
    expect(at()).toBe('search')
    goToRegion(1)
    expect(at()).toBe('grid')
    goToRegion(1)
    expect(at()).toBe('rail-a')
  })

  it('comes back to where one was in a part', () => {
    document.getElementById('rail-b')!.focus()
    goToRegion(1)
    goToRegion(-1)
    expect(at()).toBe('rail-b')
    goToRegion(-1)
    expect(at()).toBe('grid')
  })
})

describe('a panel asked for by keys', () => {
  beforeEach(() => {
    document.body.innerHTML = '<button id="before"></button><div id="dock"></div>'
    document.getElementById('before')!.focus()
  })
  const show = (inside: string) => {
    document.getElementById('dock')!.innerHTML =
      `<div id="panel" tabindex="-1" data-testid="panel-accounts">${inside}</div>`
  }

  it('takes the focus onto its table, when that comes later too', async () => {
    focusPanel('accounts')
    expect(at()).toBe('before')
    show('')
    await tick()
    expect(at()).toBe('panel')
    document.getElementById('panel')!.innerHTML = '<div role="grid" tabindex="0" id="grid"></div>'
    await tick()
    expect(at()).toBe('grid')
  })

  it('is read from the top when it is a page', () => {
    document.getElementById('dock')!.innerHTML =
      '<div id="panel" tabindex="-1" data-testid="panel-inspector"><ul role="listbox" tabindex="0"></ul></div>'
    focusPanel('inspector')
    expect(at()).toBe('panel')
  })

  it('does not take it back from somebody who went elsewhere', async () => {
    focusPanel('accounts')
    show('')
    await tick()
    document.getElementById('before')!.focus()
    document.getElementById('panel')!.innerHTML = '<div role="grid" tabindex="0" id="grid"></div>'
    await tick()
    expect(at()).toBe('before')
  })
})
