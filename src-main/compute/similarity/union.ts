/** Disjoint sets over 0..n−1 with path halving; the smallest member names a set. */
export class Union {
  readonly #parent: Uint32Array

  constructor(n: number) {
    this.#parent = new Uint32Array(n)
    for (let i = 0; i < n; i++) this.#parent[i] = i
  }

  find(x: number): number {
    const parent = this.#parent
    while (parent[x] !== x) {
      parent[x] = parent[parent[x]]
      x = parent[x]
    }
    return x
  }

  /** Joins the sets of x and y; false where they were one already. */
  join(x: number, y: number): boolean {
    const [a, b] = [this.find(x), this.find(y)]
    if (a === b) return false
    this.#parent[Math.max(a, b)] = Math.min(a, b)
    return true
  }
}
