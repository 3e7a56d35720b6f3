import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ShoalError } from '../../../common/errors.ts'

/**
 * Random access to bytes that come only in sequence: they are written to a temporary file when they are first asked
 * for. `close` removes it; so does the next start of the machine, as with every temporary file.
 */
export class Spool {
  private readonly read: () => AsyncIterable<Buffer>
  private file: Promise<{ handle: FileHandle; folder: string; size: number }> | null = null

  constructor(read: () => AsyncIterable<Buffer>) {
    this.read = read
  }

  async readAt(offset: number, length: number): Promise<Buffer> {
    const { handle } = await this.opened()
    return readFrom(handle, offset, length)
  }

  async size(): Promise<number> {
    return (await this.opened()).size
  }

  async close(): Promise<void> {
    const file = this.file
    this.file = null
    if (!file) return
    const opened = await file.catch(() => null)
    if (!opened) return
    await opened.handle.close()
    await rm(opened.folder, { recursive: true, force: true })
  }

  private opened(): Promise<{ handle: FileHandle; folder: string; size: number }> {
    this.file ??= this.fill()
    return this.file
  }

  private async fill(): Promise<{ handle: FileHandle; folder: string; size: number }> {
    const folder = await mkdtemp(join(tmpdir(), 'shoal-unpacked-')).catch((error: unknown) => {
      throw noRoom(error)
    })
    try {
      const handle = await open(join(folder, 'file'), 'wx+', 0o600)
      let size = 0
      try {
        for await (const chunk of this.read()) {
          await writeAll(handle, chunk, size).catch((error: unknown) => {
            throw noRoom(error)
          })
          size += chunk.length
        }
        return { handle, folder, size }
      } catch (error) {
        await handle.close()
        throw error
      }
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      throw error
    }
  }
}

/** A disk that is nearly full takes a part of what is written without a word. */
async function writeAll(handle: FileHandle, chunk: Buffer, at: number): Promise<void> {
  for (let done = 0; done < chunk.length;)
    done += (await handle.write(chunk, done, chunk.length - done, at + done)).bytesWritten
}

/** Trouble with the folder for temporary files, which may lie on another disk than the workspace. */
function noRoom(error: unknown): unknown {
  const code = String((error as { code?: unknown } | null)?.code ?? '')
  const folder = tmpdir()
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new ShoalError(
      'disk_full',
      `The folder for temporary files, ${folder}, is full: what is packed is unpacked there to be read. Nothing was ` +
        'imported. Free some space there, or set TMPDIR to a folder that has some, and import again.',
      { folder },
    )
  if (/^(?:ENOENT|ENOTDIR|EACCES|EPERM|EROFS)$/.test(code))
    return new ShoalError(
      'read_only',
      `The folder for temporary files, ${folder}, can't be written to (${code}). Nothing was imported. Make it, or set TMPDIR ` +
        'to a folder that you may write to, and import again.',
      { folder, code },
    )
  return error
}

/** `length` bytes from `offset`, fewer only at the end. */
export async function readFrom(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}
