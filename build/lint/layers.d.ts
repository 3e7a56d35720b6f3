export function layerOf(path: string): string | null
export function violation(file: string, specifier: string): string | null
