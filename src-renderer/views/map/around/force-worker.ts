import { createForce, iterationsFor, type ForceInput } from './force.ts'

/** Longest time that a layout may take; then it is still, as far as it came. */
const BUDGET_MS = 12_000
/** Between answers that are not the last. */
const TELL_MS = 1500

export interface ForceAnswer {
  turn: number
  xy: Float32Array
  done: boolean
}

/** Lays out in a thread of its own: each message is a layout, a later one replaces an earlier. */
let turn = 0
onmessage = (event: MessageEvent<{ turn: number; input: ForceInput }>) => {
  turn = event.data.turn
  const mine = turn
  const { input } = event.data
  const force = createForce(input)
  const rounds = iterationsFor(input.xy.length / 2)
  const started = performance.now()
  let told = started
  let done = 0
  const go = () => {
    if (mine !== turn) return
    const until = performance.now() + 60
    while (done < rounds && performance.now() < until) {
      force.step(1)
      done++
    }
    const now = performance.now()
    if (done >= rounds || now - started > BUDGET_MS)
      return postMessage({ turn: mine, xy: force.finish(), done: true } satisfies ForceAnswer)
    if (now - told > TELL_MS) {
      told = now
      postMessage({ turn: mine, xy: force.read(), done: false } satisfies ForceAnswer)
    }
    setTimeout(go)
  }
  go()
}
