/** Does something when the browser has nothing else to do, at the latest after `withinMs`; returns what calls it off. */
export function whenIdle(work: () => void, withinMs: number): () => void {
  const id = requestIdleCallback(work, { timeout: withinMs })
  return () => cancelIdleCallback(id)
}
