/** `40 ms`, `0.4 s`, `12 s`, `3 min 5 s`: the way people say it. */
export const duration = (ms: number): string => {
  if (ms < 100) return `${Math.round(ms)} ms`
  const seconds = ms / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 60) return `${Math.round(seconds)} s`
  const minutes = Math.floor(Math.round(seconds) / 60)
  const rest = Math.round(seconds) % 60
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`
}
