import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CallLog } from '../../src/emulator/calls.ts'
import type { Intercept } from '../../src/emulator/intercept.ts'
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/server.ts'

/** The embedded AWS on a free port with a clock that only moves when told; bugs in it are kept in `faults`. */
export class Running {
  readonly faults: unknown[]
  #emulator: Emulator
  readonly #options: EmulatorOptions & { readonly folder: string }
  readonly #clock: { now: number }

  private constructor(
    emulator: Emulator,
    options: EmulatorOptions,
    clock: { now: number },
    faults: unknown[],
  ) {
    this.#emulator = emulator
    this.#options = options
    this.#clock = clock
    this.faults = faults
  }

  /** Where it keeps its state. */
  get folder(): string {
    return this.#options.folder
  }

  /** What has been asked of it since the last start. */
  get calls(): CallLog {
    return this.#emulator.calls
  }

  get endpoint(): string {
    return this.#emulator.endpoint
  }

  /** `latency` scales AWS's delays: 0 is at once. */
  static async start(
    latency = 0,
    intercept: Intercept = () => undefined,
    more: Partial<EmulatorOptions> = {},
  ): Promise<Running> {
    const folder = mkdtempSync(join(tmpdir(), 'storyarch-'))
    const clock = { now: Date.now() }
    const faults: unknown[] = []
    const options = {
      folder,
      latency,
      intercept,
      clock: () => clock.now,
      report: (error: unknown) => faults.push(error),
      ...more,
    }
    return new Running(await startEmulator(options), options, clock, faults)
  }

  /** With a real clock, or one of the `pace` given: for what runs by itself. */
  static async live(more: Partial<EmulatorOptions> = {}): Promise<Running> {
    const faults: unknown[] = []
    const folder = mkdtempSync(join(tmpdir(), 'storyarch-'))
    const options = { folder, report: (error: unknown) => faults.push(error), ...more }
    return new Running(await startEmulator(options), options, { now: 0 }, faults)
  }

  /** Stops and starts it with its state; `between` happens while nothing listens. Clients must be made anew. */
  async restart(between: () => Promise<void> = async () => {}): Promise<void> {
    await this.#emulator.close()
    await between()
    this.#emulator = await startEmulator(this.#options)
  }

  advance(seconds: number): void {
    this.#clock.now += seconds * 1000
  }

  /** An SDK client of ours as a user has it; one try, so that a fault is seen at once. */
  client<C>(Client: new (config: Settings) => C, region = 'us-east-1'): C {
    return clientsAt(this.endpoint).client(Client, region)
  }

  /** What a program of its own needs to be a client. */
  environment(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
    }
  }

  async stop(): Promise<void> {
    await this.#emulator.close()
    rmSync(this.#options.folder, { recursive: true, force: true })
  }
}

export type Clients = Pick<Running, 'client'>

/** SDK clients of an embedded AWS that is a process of its own. */
export const clientsAt = (endpoint: string): Clients => ({
  client: (Client, region = 'us-east-1') =>
    new Client({
      endpoint,
      region,
      maxAttempts: 1,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    }),
})

interface Settings {
  endpoint: string
  region: string
  maxAttempts: number
  credentials: { accessKeyId: string; secretAccessKey: string }
}
