import { useEffect, useState } from 'react'
import { api } from '../../client/api.ts'

/** Keys of accounts met so far, by id; of the workspace that is open. */
const known = new Map<number, string>()
let of: string | null = null

/** Forgets them when another workspace is open. */
export function keysOfWorkspace(path: string | null): void {
  if (path === of) return
  of = path
  known.clear()
}
/** Takes keys that an answer brought along. */
export function learnKey(id: number, key: string): void {
  known.set(id, key)
}

/** Looks up what accounts are called; undefined while it is not known yet. Asks for those that are missing, once. */
export function useAccountKeys(ids: readonly number[]): (id: number) => string | undefined {
  const [, setTurn] = useState(0)
  const missing = ids.filter((id) => !known.has(id)).slice(0, 500)
  const key = missing.join()
  useEffect(() => {
    if (key === '') return
    const controller = new AbortController()
    const accounts = key.split(',').map(Number)
    api
      .call(
        'accounts.list',
        { selection: { accounts }, limit: accounts.length },
        { signal: controller.signal },
      )
      .then(
        (answer) => {
          for (const row of answer.rows) known.set(row.id, row.key)
          setTurn((n) => n + 1)
        },
        () => {},
      )
    return () => controller.abort()
  }, [key])
  return (id) => known.get(id)
}
