import type { Call } from '../service.ts'

/** Which program runs the containers of tasks; `none` pretends, and runs nothing. */
export type Driver = 'process' | 'docker' | 'podman' | 'none'

/** What every part of the data plane asks of the emulator around it. */
export interface Surroundings {
  /** A call at the present time of the emulator's clock. */
  callOf(service: string, region: string): Call
  /** The regions in which a table of a service holds a row. */
  regionsWith(service: string, table: string): string[]
  /** How many times faster than a real clock the emulator's runs. */
  readonly pace: number
  readonly driver: Driver
  /** Told of errors that are bugs. */
  report(error: unknown): void
  /** Told in a line of what somebody may miss: an event given up, a process of an earlier life ended. */
  log(line: string): void
}
