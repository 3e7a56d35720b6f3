/** One page of a list: the rows from `offset`, and how many there are in all. */
export interface Page<R> {
  total: number
  rows: R[]
}
export type LoadPage<R> = (offset: number, limit: number, signal: AbortSignal) => Promise<Page<R>>

/**
 * Rows by index, fetched a page at a time as they come into view. Pages far from view are forgotten, so a list
 * of millions costs a few pages; pages asked for and scrolled past are aborted.
 */
export class PageCache<R> {
  total: number | null = null
  error: unknown = null
  private readonly pages = new Map<number, R[]>()
  private readonly asked = new Map<number, AbortController>()
  private readonly load: LoadPage<R>
  private readonly changed: () => void
  readonly pageSize: number
  private readonly keep: number

  constructor(load: LoadPage<R>, changed: () => void, pageSize = 100, keep = 30) {
    this.load = load
    this.changed = changed
    this.pageSize = pageSize
    this.keep = keep
  }

  row(index: number): R | undefined {
    return this.pages.get(Math.floor(index / this.pageSize))?.[index % this.pageSize]
  }

  /** Makes sure that the rows first..last are there or on their way. */
  want(first: number, last: number): void {
    const from = Math.floor(Math.max(0, first) / this.pageSize)
    const to = Math.floor(Math.max(0, last) / this.pageSize)
    for (const [page, controller] of this.asked) {
      if (page < from - 1 || page > to + 1) {
        controller.abort()
        this.asked.delete(page)
      }
    }
    for (let page = from; page <= to; page++) {
      if (this.pages.has(page) || this.asked.has(page)) continue
      if (this.total !== null && page > 0 && page * this.pageSize >= this.total) continue
      this.fetch(page)
    }
  }

  dispose(): void {
    for (const controller of this.asked.values()) controller.abort()
    this.asked.clear()
  }

  private fetch(page: number): void {
    const controller = new AbortController()
    this.asked.set(page, controller)
    this.load(page * this.pageSize, this.pageSize, controller.signal).then(
      ({ total, rows }) => {
        if (controller.signal.aborted) return
        this.asked.delete(page)
        this.total = total
        this.error = null
        this.pages.set(page, rows)
        // Map keeps insertion order: the first key is the page that was fetched longest ago.
        while (this.pages.size > this.keep) this.pages.delete(this.pages.keys().next().value!)
        this.changed()
      },
      (error: unknown) => {
        if (controller.signal.aborted) return
        this.asked.delete(page)
        this.error = error
        this.changed()
      },
    )
  }
}
