import { z } from 'zod'
import type { ParamInfo } from '../../common/contract/detectors.ts'
import { ShoalError } from '../../common/errors.ts'
import type { Detector } from './types.ts'

interface Property {
  type?: string
  anyOf?: Property[]
  enum?: string[]
  default?: unknown
  description?: string
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  kind?: ParamInfo['kind']
}

/** What a form needs to know of each parameter, read off the schema that also validates it. */
export function paramInfos(detector: Pick<Detector, 'id' | 'params'>): ParamInfo[] {
  const { properties = {} } = z.toJSONSchema(detector.params, { io: 'input' }) as {
    properties?: Record<string, Property>
  }
  return Object.entries(properties).map(([name, property]) => {
    // A parameter that may be null means "automatic" by it.
    const plain = { ...property.anyOf?.find((option) => option.type !== 'null'), ...property }
    const bound = (value: number | undefined) =>
      value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? undefined : value
    const min = bound(plain.minimum ?? plain.exclusiveMinimum)
    const max = bound(plain.maximum)
    const kind = plain.kind ?? (plain.enum ? 'choice' : (plain.type as 'integer' | 'number' | 'boolean'))
    if (property.default === undefined || !property.description)
      throw new Error(`The parameter ${detector.id}.${name} needs a default and a description.`)
    return {
      name,
      kind,
      default: property.default,
      ...(min !== undefined && { min }),
      ...(max !== undefined && { max }),
      ...(plain.enum && { choices: plain.enum }),
      help: property.description,
    }
  })
}

/** Complete parameters. Throws invalid_input that names the parameter and what it may be. */
export function parseParams(
  detector: Pick<Detector, 'id' | 'params'>,
  given: Record<string, unknown>,
  noun = 'detector',
): Record<string, unknown> {
  const infos = paramInfos(detector)
  for (const name of Object.keys(given)) {
    if (infos.some((info) => info.name === name)) continue
    const known = infos.length > 0 ? `It has ${infos.map((info) => info.name).join(', ')}.` : 'It has none.'
    throw new ShoalError('invalid_input', `The ${noun} ${detector.id} has no parameter ${name}. ${known}`)
  }
  const parsed = detector.params.safeParse(given)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const info = infos.find((one) => one.name === issue.path[0])
  throw new ShoalError(
    'invalid_input',
    info === undefined
      ? `The parameters of ${detector.id} are not valid: ${issue.message}`
      : `${detector.id}: ${info.name} can't be ${JSON.stringify(given[info.name])}. It must be ${rangeOf(info)}.`,
  )
}

/** 'a whole number from 2 to 20', 'modularity or cpm', ... */
export function rangeOf(info: ParamInfo): string {
  if (info.kind === 'choice') return info.choices!.join(' or ')
  if (info.kind === 'boolean') return 'true or false'
  if (info.kind === 'accounts') return 'a list of account ids'
  const noun = info.kind === 'integer' ? 'a whole number' : 'a number'
  const { min, max } = info
  const range =
    min !== undefined && max !== undefined
      ? ` from ${min} to ${max}`
      : min !== undefined
        ? ` of at least ${min}`
        : max !== undefined
          ? ` of at most ${max}`
          : ''
  return noun + range + (info.default === null ? ', or left out' : '')
}
