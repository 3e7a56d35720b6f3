import { accessSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import { ShoalError } from '../../common/errors.ts'

/** Whether something may be written there; what is not there is as its folder is. */
export function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch (error) {
    const parent = dirname(path)
    return (error as { code?: string }).code === 'ENOENT' && parent !== path && mayWrite(parent)
  }
}

/** What is said of a workspace that can't be opened for that. */
export function readOnly(folder: string): ShoalError {
  return new ShoalError(
    'read_only',
    `${folder} may only be read. Shoal writes into a workspace, also to open it: get the right to write there, or copy the folder to ` +
      'one of yours and open the copy.',
    { folder },
  )
}
