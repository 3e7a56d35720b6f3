import type { ParamInfo } from '../../../src-main/common/contract/detectors.ts'

/** What a form made from a detector's parameters shows and sends. */
export type ParamValues = Record<string, unknown>

export function defaultParams(params: readonly ParamInfo[]): ParamValues {
  return Object.fromEntries(params.map((param) => [param.name, param.default]))
}

/** Remembered values that this detector still knows, over its defaults. */
export function knownParams(params: readonly ParamInfo[], saved: ParamValues): ParamValues {
  return Object.fromEntries(
    params.map((param) => [
      param.name,
      param.name in saved && problemOf(param, saved[param.name]) === null ? saved[param.name] : param.default,
    ]),
  )
}

/** Only what differs from the defaults: what is sent, journaled and shown as a run's parameters. */
export function changedParams(params: readonly ParamInfo[], values: ParamValues): ParamValues {
  return Object.fromEntries(
    params
      .filter((param) => param.name in values)
      .map((param) => [param, values[param.name]] as const)
      .filter(([param, value]) => JSON.stringify(value) !== JSON.stringify(param.default))
      .map(([param, value]) => [param.name, value]),
  )
}

export type ParamProblem = 'number' | 'whole' | 'least' | 'most' | 'choice' | 'accounts'

/** Why a value may not be sent, or null. A default is always allowed: null can mean "chosen by the detector". */
export function problemOf(param: ParamInfo, value: unknown): ParamProblem | null {
  if (JSON.stringify(value) === JSON.stringify(param.default)) return null
  if (param.kind === 'boolean') return typeof value === 'boolean' ? null : 'choice'
  if (param.kind === 'choice')
    return typeof value === 'string' && (param.choices ?? []).includes(value) ? null : 'choice'
  if (param.kind === 'accounts')
    return Array.isArray(value) && value.every((key) => typeof key === 'string') ? null : 'accounts'
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'number'
  if (param.kind === 'integer' && !Number.isInteger(value)) return 'whole'
  if (param.min !== undefined && value < param.min) return 'least'
  if (param.max !== undefined && value > param.max) return 'most'
  return null
}
