import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { startI18n } from './i18n/index.ts'
import type { LoadPage } from './page-cache.ts'
import { VirtualTable, type Column, type Sort } from './virtual-table.tsx'

interface Row {
  id: number
  score: number
}
const columns: Column<Row>[] = [
  { key: 'id', title: 'Name', width: '1fr', cell: (row) => `row ${row.id}` },
  { key: 'score', title: 'Score', width: '80px', numeric: true, sortable: true, cell: (row) => row.score },
]
const load: LoadPage<Row> = async (offset, limit) => ({
  total: 1000,
  rows: Array.from({ length: Math.min(limit, 1000 - offset) }, (_, i) => ({ id: offset + i, score: i })),
})
const settle = () => act(async () => void (await new Promise((resolve) => setTimeout(resolve, 0))))

beforeAll(() => startI18n('en'))
beforeEach(() => {
  // happy-dom lays nothing out: a scroller of ten rows.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(280)
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(600)
})
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

describe('VirtualTable', () => {
  it('holds only the rows in view and says how many there are', async () => {
    render(
      <VirtualTable label="Rows" columns={columns} rowKey={(r) => r.id} loadPage={load} rowTestId="row" />,
    )
    await settle()
    await settle()
    const grid = screen.getByRole('grid', { name: 'Rows' })
    expect(grid.getAttribute('aria-rowcount')).toBe('1001')
    const rows = screen.getAllByTestId('row')
    expect(rows.length).toBeGreaterThan(5)
    expect(rows.length).toBeLessThan(40)
    expect(rows[0]!.textContent).toContain('row 0')
  })

  it('is moved through and acted on by keyboard', async () => {
    const activated: [number, boolean][] = []
    render(
      <VirtualTable
        label="Rows"
        columns={columns}
        rowKey={(r) => r.id}
        loadPage={load}
        onActivate={(row, additive) => activated.push([row.id, additive])}
      />,
    )
    await settle()
    await settle()
    const grid = screen.getByRole('grid')
    act(() => grid.focus())
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp', 'Enter']) fireEvent.keyDown(grid, { key })
    fireEvent.keyDown(grid, { key: ' ' })
    fireEvent.keyDown(grid, { key: 'Home' })
    fireEvent.keyDown(grid, { key: 'Enter', ctrlKey: true })
    expect(activated).toEqual([
      [1, false],
      [1, true],
      [0, true],
    ])
    const active = grid.getAttribute('aria-activedescendant')
    expect(document.getElementById(active!)?.textContent).toContain('row 0')
  })

  it('activates the clicked row, additively with Ctrl', async () => {
    const activated: [number, boolean][] = []
    const onActivate = (row: Row, additive: boolean) => activated.push([row.id, additive])
    render(
      <VirtualTable
        label="Rows"
        columns={columns}
        rowKey={(r) => r.id}
        loadPage={load}
        selected={new Set([2])}
        onActivate={onActivate}
        rowTestId="row"
      />,
    )
    await settle()
    await settle()
    const rows = screen.getAllByTestId('row')
    fireEvent.click(rows[3]!.firstElementChild!)
    fireEvent.click(rows[4]!, { ctrlKey: true })
    expect(activated).toEqual([
      [3, false],
      [4, true],
    ])
    expect(rows[2]!.getAttribute('aria-selected')).toBe('true')
    expect(rows[3]!.getAttribute('aria-selected')).toBe('false')
  })

  it('asks for an order: numbers from the top first, then the other way', async () => {
    const sorts: Sort[] = []
    const table = (sort?: Sort) => (
      <VirtualTable
        label="Rows"
        columns={columns}
        rowKey={(r: Row) => r.id}
        loadPage={load}
        onSort={(next) => sorts.push(next)}
        {...(sort && { sort })}
      />
    )
    const { rerender } = render(table())
    fireEvent.click(screen.getByRole('button', { name: 'Sort by Score' }))
    rerender(table(sorts[0]))
    expect(screen.getByRole('columnheader', { name: /Score/ }).getAttribute('aria-sort')).toBe('descending')
    fireEvent.click(screen.getByRole('button', { name: 'Sort by Score' }))
    expect(sorts).toEqual([
      { key: 'score', descending: true },
      { key: 'score', descending: false },
    ])
    await settle()
  })

  it('holds nothing but rows while it waits, as a grid must', () => {
    render(
      <VirtualTable
        label="Rows"
        columns={columns}
        rowKey={(r) => r.id}
        loadPage={() => new Promise<never>(() => {})}
      />,
    )
    const body = screen.getByRole('rowgroup')
    expect(screen.getByRole('progressbar').closest('[role="gridcell"]')).not.toBeNull()
    for (const child of body.children) expect(['row', 'presentation']).toContain(child.getAttribute('role'))
  })

  it('shows what to do when rows cannot be loaded, and what to say when there are none', async () => {
    const { rerender } = render(
      <VirtualTable
        label="Rows"
        columns={columns}
        rowKey={(r) => r.id}
        loadPage={async () => Promise.reject(new Error('broken pipe'))}
      />,
    )
    await settle()
    expect(screen.getByRole('alert').textContent).toContain('broken pipe')
    rerender(
      <VirtualTable
        label="Rows"
        columns={columns}
        rowKey={(r) => r.id}
        loadPage={async () => ({ total: 0, rows: [] })}
        empty="Nobody matches."
      />,
    )
    await settle()
    await settle()
    expect(screen.getByText('Nobody matches.')).toBeTruthy()
  })
})
