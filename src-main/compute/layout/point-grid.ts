import type { Points } from './points.ts'

/** Points in square cells, to ask whether there is one near by. */
export class PointGrid {
  private readonly cells = new Map<number, number[]>()
  private readonly points: Points
  private readonly cell: number

  constructor(points: Points, cell: number) {
    this.points = points
    this.cell = cell
  }

  private key(x: number, y: number): number {
    return Math.floor(x / this.cell) * 65536 + Math.floor(y / this.cell)
  }

  add(i: number): void {
    const key = this.key(this.points.x[i], this.points.y[i])
    const list = this.cells.get(key)
    if (list === undefined) this.cells.set(key, [i])
    else list.push(i)
  }

  /** Whether no point is nearer than `distance`, at most one cell's side. */
  free(x: number, y: number, distance: number): boolean {
    for (let dx = -1; dx <= 1; dx++) {
      for (let dy = -1; dy <= 1; dy++) {
        for (const j of this.cells.get(this.key(x + dx * this.cell, y + dy * this.cell)) ?? []) {
          if ((this.points.x[j] - x) ** 2 + (this.points.y[j] - y) ** 2 < distance * distance) return false
        }
      }
    }
    return true
  }
}
