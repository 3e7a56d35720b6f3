/** Longest stretch that drawing and input wait for, ms; a frame has 16. */
const SLICE_MS = 5

/**
 * Runs work that yields often in slices between which the browser draws and answers input.
 * Resolves false where `signal` ended it before it was done.
 */
export async function runSliced(work: Generator<void>, signal?: AbortSignal): Promise<boolean> {
  for (;;) {
    const until = performance.now() + SLICE_MS
    do {
      if (signal?.aborted) return false
      if (work.next().done) return true
    } while (performance.now() < until)
    await new Promise((next) => setTimeout(next))
  }
}
