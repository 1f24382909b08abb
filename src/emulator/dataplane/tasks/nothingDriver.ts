import { constants } from 'node:os'
import type { ContainerDriver } from './driver.ts'

/** Runs nothing and needs no image: its containers go on until they are told to end. For looking at the control plane. */
export const nothingDriver: ContainerDriver = {
  pull: async () => null,
  endLeftovers: async () => 0,
  async start() {
    const { promise: exited, resolve } = Promise.withResolvers<number>()
    return {
      output: null,
      exited,
      signal: name => resolve(128 + constants.signals[name]),
      check: async () => true,
    }
  },
}
