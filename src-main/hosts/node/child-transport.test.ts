import { fork } from 'node:child_process'
import type { Frame } from '../../common/rpc/frames.ts'
import { transportSuite } from '../../common/rpc/transport-suite.ts'
import { childTransport } from './child-transport.ts'

// The child echoes every frame, so two parent-side ends joined through it exercise the real channel.
const ECHO = `process.on('message', (m) => process.send(m)); process.on('disconnect', () => process.exit())`

transportSuite('forked child', async () => {
  const child = fork('-e', [ECHO], { serialization: 'advanced', execArgv: ['-e', ECHO] })
  const raw = childTransport(child)
  // Tag frames with their sender so that each end hears only the other.
  const listeners: Record<'client' | 'server', ((frame: Frame) => void)[]> = { client: [], server: [] }
  raw.onMessage((tagged) => {
    const { to, frame } = tagged as unknown as { to: 'client' | 'server'; frame: Frame }
    for (const listener of listeners[to]) listener(frame)
  })
  const end = (me: 'client' | 'server', other: 'client' | 'server') => ({
    send: (frame: Frame) => raw.send({ to: other, frame } as never),
    onMessage: (listener: (frame: Frame) => void) => void listeners[me].push(listener),
    onClose: raw.onClose,
    close: raw.close,
  })
  return { client: end('client', 'server'), server: end('server', 'client'), end: () => raw.close() }
})
