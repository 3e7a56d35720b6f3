/** Hands a CSV text to the person as a file. The byte order mark is for spreadsheets, which otherwise read Chinese keys in a legacy encoding. */
export function saveCsv(text: string, file: string): void {
  const url = URL.createObjectURL(new Blob(['\ufeff', text], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = file
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
