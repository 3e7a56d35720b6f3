import { openSync, readSync, closeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { NEIGHBOUR_BYTES, readGraphLayout, sectionAt } from '../../../../src-main/common/graph-file.ts'

/** A graph as the peer's page reads it: two coordinates a node, a byte of colour, a key, two rows for each edge. */
export interface PeerGraph {
  places: Float32Array
  colors: Uint8Array
  keys: string[]
  ends: Uint32Array
}

/** Every placed account of a workspace and every edge between them, of the shown graph and layout. */
export async function wholeGraph(workspace: string): Promise<PeerGraph> {
  const db = new Sqlite(join(workspace, 'workspace.sqlite'), { readonly: true })
  const run = (kind: string) =>
    db
      .prepare(`SELECT id, derived FROM run WHERE kind = ? AND status = 'done' ORDER BY id DESC LIMIT 1`)
      .get(kind) as { id: number; derived: string }
  const rows = db
    .prepare(
      `SELECT p.account_id, p.x, p.y, coalesce(s.score, 0), a.key FROM account_place p JOIN account a ON a.id = p.account_id
       LEFT JOIN score s ON s.run_id = ? AND s.account_id = p.account_id WHERE p.run_id = ? ORDER BY p.account_id`,
    )
    .raw()
    .iterate(run('scores').id, run('layout').id) as IterableIterator<[number, number, number, number, string]>
  const ids: number[] = []
  const places: number[] = []
  const colors: number[] = []
  const keys: string[] = []
  for (const [id, x, y, score, key] of rows) {
    ids.push(id)
    places.push(x, y)
    colors.push(Math.round(255 * score))
    keys.push(key)
  }
  const rowOf = new Int32Array((ids.at(-1) ?? 0) + 1).fill(-1)
  ids.forEach((id, row) => (rowOf[id] = row))
  const file = join(workspace, 'derived', run('graph').derived)
  db.close()
  return {
    places: Float32Array.from(places),
    colors: Uint8Array.from(colors),
    keys,
    ends: await edgesOf(file, rowOf),
  }
}

/** Each edge of a graph file once, as rows. */
async function edgesOf(path: string, rowOf: Int32Array): Promise<Uint32Array> {
  const handle = await open(path, 'r')
  const layout = await readGraphLayout(handle)
  await handle.close()
  const file = openSync(path, 'r')
  const words = (name: string) => {
    const { position, bytes } = sectionAt(layout, name)
    const out = new Uint32Array(bytes / 4)
    readSync(file, new Uint8Array(out.buffer), 0, bytes, position)
    return out
  }
  const accounts = words('accountIds')
  const offsets = words('combined.offsets')
  const { position } = sectionAt(layout, 'combined.neighbours')
  const ends = new Uint32Array(layout.directory.entries)
  let written = 0
  const STEP = 20_000
  for (let first = 0; first < accounts.length; first += STEP) {
    const last = Math.min(accounts.length, first + STEP)
    const bytes = new Uint8Array((offsets[last]! - offsets[first]!) * NEIGHBOUR_BYTES)
    readSync(file, bytes, 0, bytes.length, position + offsets[first]! * NEIGHBOUR_BYTES)
    const view = new DataView(bytes.buffer)
    for (let node = first; node < last; node++) {
      const source = accounts[node]!
      for (let k = offsets[node]!; k < offsets[node + 1]!; k++) {
        const target = view.getUint32((k - offsets[first]!) * NEIGHBOUR_BYTES, true)
        if (target <= source || rowOf[source]! < 0 || rowOf[target]! < 0) continue
        ends[written++] = rowOf[source]!
        ends[written++] = rowOf[target]!
      }
    }
  }
  closeSync(file)
  return ends.subarray(0, written)
}
