import { memoryTransports } from './memory.ts'
import { transportSuite } from './transport-suite.ts'

transportSuite('memory', async () => {
  const [client, server] = memoryTransports()
  return { client, server, end: () => client.close() }
})
