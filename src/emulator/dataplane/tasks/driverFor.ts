import type { Driver, Surroundings } from '../surroundings.ts'
import type { ContainerDriver } from './driver.ts'

const DRIVERS: Readonly<Record<Driver, (around: Surroundings) => Promise<ContainerDriver>>> = {
  process: async ({ callOf }) => (await import('./processDriver.ts')).processDriver(callOf),
  docker: async ({ callOf }) => (await import('./engineDriver.ts')).engineDriver('docker', callOf),
  podman: async ({ callOf }) => (await import('./engineDriver.ts')).engineDriver('podman', callOf),
  none: async () => (await import('./nothingDriver.ts')).nothingDriver,
}

/** What runs containers here, as the emulator was told. */
export const driverFor = (around: Surroundings): Promise<ContainerDriver> => DRIVERS[around.driver](around)
