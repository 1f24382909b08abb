const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const

/** A number of bytes as people say it, in powers of ten: `512 bytes`, `1.2 MB`. */
export const bytes = (count: number): string => {
  const power = Math.min(UNITS.length - 1, count < 1000 ? 0 : Math.floor(Math.log10(count) / 3))
  const value = count / 1000 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`
}
