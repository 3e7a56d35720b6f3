/** Hands a file to the person: a download, which the desktop host turns into its own save dialog. */
export function saveFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** A file's name from words in any script: what no file system minds. */
export function fileName(words: string, extension: string): string {
  const clean = words
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80)
  return `${clean || 'shoal'}.${extension}`
}
