import { ShoalError } from '../../../common/errors.ts'
import { NetworkMember, networkFromBytes, networkToBytes } from '../../network/index.ts'
import { TreeMember, treesFromBytes } from '../../trees/index.ts'
import type { TrainedMember } from '../types.ts'
import { LogisticMember } from './logistic.ts'

/** A member as the file that keeps it beside model.onnx, for contributions with its own code. */
export function memberToBytes(member: TrainedMember): Uint8Array {
  if (member instanceof NetworkMember) return networkToBytes(member.data)
  if (member instanceof TreeMember) return member.toBytes()
  if (member instanceof LogisticMember) return member.toBytes()
  throw new ShoalError('internal', `A member of ${member.learner} has no file format.`)
}

/**
 * The member that `memberToBytes` wrote. Throws model_invalid where the bytes are not one. Trees keep nothing of how they
 * were trained in their file: whoever knows hands it in as `about`.
 */
export function memberFromBytes(
  learner: string,
  bytes: Uint8Array,
  about?: Record<string, unknown>,
): TrainedMember {
  if (learner === 'network') return networkFromBytes(bytes)
  if (learner === 'boosting' || learner === 'extra-trees') return treesFromBytes(learner, bytes, about)
  if (learner === 'logistic') return LogisticMember.fromBytes(bytes)
  throw new ShoalError('model_invalid', `This version of Shoal has no ${learner}. Train the model again.`)
}
