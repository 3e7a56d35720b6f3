import { WebSocket, WebSocketServer } from 'ws'
import { transportSuite } from '../../common/rpc/transport-suite.ts'
import { wsTransport } from './ws-transport.ts'

transportSuite('websocket', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  const accepted = new Promise<WebSocket>((resolve) => server.once('connection', resolve))
  const socket = new WebSocket(`ws://127.0.0.1:${port}`)
  await new Promise((resolve) => socket.once('open', resolve))
  return {
    client: wsTransport(socket),
    server: wsTransport(await accepted),
    end() {
      socket.terminate()
      server.close()
    },
  }
})
