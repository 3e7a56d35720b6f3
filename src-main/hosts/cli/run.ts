import { InvalidArgumentError } from 'commander'
import { reportError } from './output.ts'

/** Runs a command's work and turns how it ends into the process's exit code. */
export async function run(json: boolean | undefined, work: () => Promise<number | void>): Promise<void> {
  try {
    process.exitCode = (await work()) ?? 0
  } catch (error) {
    process.exitCode = reportError(error, json ?? false)
  }
}

/** A whole number that is not negative; for commander. */
export function integerOption(text: string): number {
  const number = Number(text.replaceAll(/[_,]/g, ''))
  if (!Number.isSafeInteger(number) || number < 0)
    throw new InvalidArgumentError('It must be a whole number.')
  return number
}
