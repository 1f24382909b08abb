/** `12 s`, `5 min`, `3 h`, `2 days`: a length of time as people say it when seconds no longer matter. */
export const roughly = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3600)} h`
  return `${Math.floor(seconds / 86_400)} days`
}

/** How long ago a moment was. */
export const ago = (atMs: number, nowMs: number): string => `${roughly(nowMs - atMs)} ago`
