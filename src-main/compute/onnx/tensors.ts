import ort from 'onnxruntime-node'
import { ShoalError } from '../../common/errors.ts'
import type { Dtype, Port } from './manifest.ts'

export type TensorData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array

/** A tensor as it crosses our code: row-major data whose length is the product of dims. */
export interface TensorLike {
  readonly data: TensorData
  readonly dims: readonly number[]
}

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const

export function toTensorData(dtype: Dtype, values: readonly number[]): TensorData {
  if (dtype === 'int64') return BigInt64Array.from(values, (v) => BigInt(v))
  return arrays[dtype].from(values)
}

/**
 * Checks a tensor against what the model declares and wraps it for onnxruntime.
 * Throws `invalid_input` naming the input and what is wrong with it. `sizes` collects the run-time sizes, so
 * that two inputs sharing 'batch' must agree.
 */
export function toOrtTensor(port: Port, tensor: TensorLike, sizes: Map<string, number>): ort.Tensor {
  const { data, dims } = tensor
  if (!(data instanceof arrays[port.dtype]))
    throw new ShoalError('invalid_input', `Input '${port.name}' must be ${port.dtype}.`)
  const wanted = `[${port.shape.join(', ')}]`
  if (dims.length !== port.shape.length)
    throw new ShoalError(
      'invalid_input',
      `Input '${port.name}' has shape [${dims.join(', ')}], needs ${wanted}.`,
    )
  let length = 1
  dims.forEach((size, k) => {
    const want = port.shape[k]
    const expected = typeof want === 'number' ? want : (sizes.get(want) ?? size)
    if (typeof want === 'string') sizes.set(want, expected)
    if (size !== expected)
      throw new ShoalError(
        'invalid_input',
        `Input '${port.name}' has shape [${dims.join(', ')}], needs ${wanted}.`,
      )
    length *= size
  })
  if (length !== data.length)
    throw new ShoalError(
      'invalid_input',
      `Input '${port.name}' has ${data.length} values, its shape [${dims.join(', ')}] needs ${length}.`,
    )
  return new ort.Tensor(port.dtype, data as Float32Array, dims)
}
