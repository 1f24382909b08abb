/** What the manifest says about a backend's life. */
export interface Settings {
  readonly lifetimeSeconds: number
  readonly maxLifetimeSeconds: number
  readonly startDeadlineSeconds: number
  /** Spot capacity first, on-demand when there is none. */
  readonly spot: boolean
}

type Environment = Readonly<Record<string, string | undefined>>

/** The variable's text. Throws when the blueprint did not set it. */
export const required = (environment: Environment, name: string): string => {
  const text = environment[name]
  if (text === undefined || text === '') throw new Error(`the variable ${name} is not set`)
  return text
}

const seconds = (environment: Environment, name: string): number => {
  const value = Number(required(environment, name))
  if (!(value > 0)) throw new Error(`the variable ${name} is no number of seconds`)
  return value
}

/** From LIFETIME_SECONDS, MAX_LIFETIME_SECONDS, START_DEADLINE_SECONDS and SPOT. Throws when one is missing. */
export const settingsFrom = (environment: Environment): Settings => ({
  lifetimeSeconds: seconds(environment, 'LIFETIME_SECONDS'),
  maxLifetimeSeconds: seconds(environment, 'MAX_LIFETIME_SECONDS'),
  startDeadlineSeconds: seconds(environment, 'START_DEADLINE_SECONDS'),
  spot: environment['SPOT'] === 'true',
})
