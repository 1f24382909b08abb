import type { Readable } from 'node:stream'
import type { StoredImage } from './storedImage.ts'

/** A container that is to run: all of it that a driver needs to know. */
export interface ContainerOrder {
  /** No other container on this machine has it; stands in the environment too. */
  readonly id: string
  /** Null where nothing really runs. */
  readonly image: StoredImage | null
  /** A folder of its own; it goes with the task. */
  readonly folder: string
  /** The entry point and what follows it. */
  readonly command: readonly string[]
  readonly workingDirectory: string
  /** Its first process shall be one that passes signals on; a process of this machine needs none. */
  readonly init: boolean
  readonly environment: Readonly<Record<string, string>>
  readonly mounts: readonly { readonly path: string; readonly folder: string; readonly readOnly: boolean }[]
}

export interface RunningContainer {
  /** Null where nothing really runs. */
  readonly output: { readonly stdout: Readable; readonly stderr: Readable } | null
  /** Kept when none of its processes is left and its output has been read: the exit code, 128 and more for a signal. */
  readonly exited: Promise<number>
  /** To its first process alone, as container engines do. */
  signal(name: NodeJS.Signals): void
  /** Runs a program inside; whether it ended well and in time. */
  check(command: readonly string[], timeoutMs: number): Promise<boolean>
}

/** What runs containers on this machine. */
export interface ContainerDriver {
  /** Brings the image to where `start` wants it; null for an image that need not be there. Throws CannotPull. */
  pull(image: string, region: string, platform: string): Promise<StoredImage | null>
  /** Throws CannotStart. */
  start(order: ContainerOrder): Promise<RunningContainer>
  /** Ends what an emulator that was killed has left running; how many containers that were. */
  endLeftovers(): Promise<number>
}

/** Why a container could not be started, as ECS says it. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart'
  constructor(why: string) {
    super(`CannotStartContainerError: ${why}`)
  }
}
