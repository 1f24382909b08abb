const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** Seconds of `90`, `"90s"`, `"5m"`, `"1h30m"`, `"12h"`; null for anything else. */
export const durationSeconds = (value: string | number): number | null => {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : null
  if (/^\d{1,9}$/.test(value)) return Number(value)
  if (!/^(\d{1,9}[smhd])+$/.test(value)) return null
  return [...value.matchAll(/(\d+)([smhd])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0),
    0,
  )
}

/** `300` → `5m`, `90` → `90s`: the largest unit that divides it. */
export const durationText = (seconds: number): string => {
  const [unit = 's', size = 1] =
    Object.entries(UNITS)
      .reverse()
      .find(([, size]) => seconds % size === 0) ?? []
  return `${seconds / size}${unit}`
}
