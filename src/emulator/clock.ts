/** Epoch milliseconds that go `pace` times as fast as real ones, from the present time on. */
export const pacedClock = (pace: number): (() => number) => {
  const openedAt = Date.now()
  return pace === 1 ? Date.now : () => openedAt + (Date.now() - openedAt) * pace
}
