import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { transportSuite } from '../../common/rpc/transport-suite.ts'
import { portTransport, type PortLike } from './ipc-transport.ts'

/** Node's message port behind the face that Electron's has: events carry `data`. */
function asElectronPort(port: MessagePort): PortLike {
  return {
    postMessage: (message) => port.postMessage(message),
    on(event: string, listener: (event: { data: unknown }) => void) {
      if (event === 'message') port.on('message', (data: unknown) => listener({ data }))
      else port.on('close', listener as () => void)
    },
    start: () => port.start(),
    close: () => port.close(),
  }
}

transportSuite('electron message port', async () => {
  const { port1, port2 } = new MessageChannel()
  const client = portTransport(asElectronPort(port1))
  return { client, server: portTransport(asElectronPort(port2)), end: () => client.close() }
})
