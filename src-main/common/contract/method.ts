import type { z } from 'zod'

/** One method of the contract: its input is parsed on arrival, its output is a type that both sides share. */
export interface Method<I extends z.ZodType = z.ZodType, O = unknown> {
  readonly input: I
  /** Never set; carries the output's type. */
  readonly output?: O
}

export function method<I extends z.ZodType>(input: I): { returns<O>(): Method<I, O> } {
  return { returns: <O>() => ({ input }) as Method<I, O> }
}

export type Methods = Record<string, Method>
export type InputOf<M extends Method> = z.input<M['input']>
export type ParsedInputOf<M extends Method> = z.output<M['input']>
export type OutputOf<M extends Method> = M extends Method<z.ZodType, infer O> ? O : never

/** Combines the features' methods; a duplicate name throws at start. */
export function combine<T extends Methods[]>(...parts: T): UnionToIntersection<T[number]> {
  const all: Methods = {}
  for (const part of parts) {
    for (const [name, m] of Object.entries(part)) {
      if (name in all) throw new Error(`Two features declare the method ${name}.`)
      all[name] = m
    }
  }
  return all as UnionToIntersection<T[number]>
}
type UnionToIntersection<U> = (U extends unknown ? (x: U) => void : never) extends (x: infer I) => void
  ? I
  : never
