import { parentPort } from 'node:worker_threads'
import { toErrorShape } from '../../../common/errors.ts'
import { freePace } from '../../../common/pace.ts'
import type { FitAnswer, FitRequest } from './fitting.ts'
import { fitMember } from './fitting.ts'
import { memberToBytes } from './member-files.ts'

/** Entry of a training thread (fitting.ts): fits one member at a time and goes when it is terminated. */
const port = parentPort!
port.on('message', (request: FitRequest) => void answer(request))
port.postMessage('ready')

async function answer(request: FitRequest): Promise<void> {
  try {
    const { member, margins } = await fitMember(request, freePace())
    const fitted: FitAnswer = { bytes: memberToBytes(member), about: member.about, margins }
    port.postMessage(fitted)
  } catch (error) {
    port.postMessage({ error: toErrorShape(error) } satisfies FitAnswer)
  }
}
