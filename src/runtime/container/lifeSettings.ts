import { type Settings as Lifetimes, required, settingsFrom } from '../lifecycle/settings.ts'

/** What the containers are told of the task's life, beside where its database is. */
export interface LifeSettings {
  readonly table: string
  /** Null: nobody of ours started this task. */
  readonly generation: number | null
  readonly lifetimes: Lifetimes
  readonly metric: { readonly namespace: string; readonly name: string; readonly resolutionSeconds: 1 | 60 }
  /** Where the app listens, and what it answers with 2xx once it is ready. */
  readonly app: { readonly port: number; readonly healthPath: string }
  /** Open connections to the app count as use. */
  readonly countsConnections: boolean
  /** Where an app may say that it is busy; on the loopback of its task. */
  readonly agentPort: number
  /** Between two turns. */
  readonly turnSeconds: number
}

type Env = Readonly<Record<string, string | undefined>>

/** Reads the environment. Throws an Error that names the first variable that is missing or wrong. */
export const lifeSettings = (env: Env): LifeSettings => ({
  table: required(env, 'TABLE_NAME'),
  generation: generationOf(env['GENERATION']),
  lifetimes: settingsFrom(env),
  metric: {
    namespace: required(env, 'METRIC_NAMESPACE'),
    name: required(env, 'METRIC_NAME'),
    resolutionSeconds: env['METRIC_RESOLUTION_SECONDS'] === '1' ? 1 : 60,
  },
  app: { port: port(env, 'PORT'), healthPath: required(env, 'HEALTH_PATH') },
  countsConnections: env['IDLE_SIGNAL'] === 'connections',
  agentPort: port(env, 'AGENT_PORT'),
  turnSeconds: turnSeconds(env['TURN_SECONDS']),
})

/** Often enough for a lease of 25 s; an hour of turns costs a tenth of a cent of DynamoDB's on-demand units. */
const TURN_SECONDS = 10

const turnSeconds = (text: string | undefined): number => {
  const seconds = Number(text ?? TURN_SECONDS)
  if (!(seconds > 0)) throw new Error('the variable TURN_SECONDS is no number of seconds')
  return seconds
}

const generationOf = (text: string | undefined): number | null =>
  /^[1-9]\d*$/.test(text ?? '') ? Number(text) : null

const port = (env: Env, name: string): number => {
  const number = Number(required(env, name))
  if (!(Number.isInteger(number) && number > 0 && number < 65_536))
    throw new Error(`the variable ${name} is no port`)
  return number
}
