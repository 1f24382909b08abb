/**
 * `work`, but not again before `seconds` have gone by since it last succeeded. `nowMs` is a clock that never jumps. What
 * work throws is thrown.
 */
export const rarely = (seconds: number, nowMs: () => number, work: () => Promise<void>) => {
  let lastMs = Number.NEGATIVE_INFINITY
  return async (): Promise<void> => {
    const beganMs = nowMs()
    if (beganMs < lastMs + seconds * 1000) return
    await work()
    lastMs = beganMs
  }
}
