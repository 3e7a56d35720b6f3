import { saveFile } from './save-file.ts'

/** Hands a CSV text to the person as a file. The byte order mark is for spreadsheets, which otherwise read Chinese keys in a legacy encoding. */
export function saveCsv(text: string, file: string): void {
  saveFile(new Blob(['\ufeff', text], { type: 'text/csv;charset=utf-8' }), file)
}
