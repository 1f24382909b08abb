import type { World } from '../engine/world.ts'

/** A stack's backend as whoever works with the live one needs to know it: names and numbers, nothing of the manifest. */
export interface Backend {
  /** `<project>/<environment>` */
  readonly stack: string
  readonly table: string
  readonly cluster: string
  /** Names of the two functions. */
  readonly taskManager: string
  readonly taskMonitor: string
  readonly logGroups: Readonly<Record<'task' | 'manager' | 'monitor', string>>
  readonly alarm: string
  readonly database: { readonly bucket: string; readonly key: string }
  readonly port: number
  readonly healthPath: string
  /** Tasks have an address of their own on the internet, so that the app can be asked from anywhere. */
  readonly isPublic: boolean
  readonly startDeadlineSeconds: number
}

/** What an operation reaches the world with. */
export type Doors = Pick<World, 'aws' | 'clock' | 'report' | 'signal'>
