import type { WebSocket } from 'ws'
import { decodeFrame, encodeFrame } from '../../common/rpc/codec.ts'
import type { Transport } from '../../common/rpc/frames.ts'

/** The server's end of a WebSocket. A damaged message ends the connection: its sender is not ours. */
export function wsTransport(socket: WebSocket): Transport {
  socket.binaryType = 'nodebuffer'
  return {
    send(frame) {
      if (socket.readyState === socket.OPEN) socket.send(encodeFrame(frame))
    },
    onMessage(listener) {
      socket.on('message', (data, isBinary) => {
        try {
          if (!isBinary) throw new Error('text')
          listener(decodeFrame(data as Buffer))
        } catch {
          socket.close(1003, 'unreadable message')
        }
      })
    },
    onClose: (listener) => void socket.on('close', listener),
    close: () => socket.close(),
  }
}
