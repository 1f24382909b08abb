/** What the containers are told in their environment. */
export interface Settings {
  readonly region: string
  readonly bucket: string
  readonly key: string
  /** Absolute path of the database, in the volume the app sees too. */
  readonly databasePath: string
  /** The fencing number of the task, for whoever reads its uploads; `none` when nobody gave one. */
  readonly generation: string
  /** For `restore`, to the moment the app may start. */
  readonly restoreDeadlineSeconds: number
  /** For the last upload, from the signal to stop. */
  readonly saveDeadlineSeconds: number
}

type Env = Readonly<Record<string, string | undefined>>

/** Below ECS's `startTimeout` and `stopTimeout` of at most 120 s on Fargate: the last word is to be ours. */
const DEADLINE_SECONDS = 110

/** Reads the environment; throws an Error that names every variable that is missing or wrong. */
export const settings = (env: Env): Settings => {
  const faults: string[] = []
  const required = (name: string): string => {
    if (!env[name]) faults.push(`${name} is not set`)
    return env[name] ?? ''
  }
  const seconds = (name: string): number => {
    const value = Number(env[name] ?? DEADLINE_SECONDS)
    if (!(value > 0)) faults.push(`${name} is not a number of seconds above 0`)
    return value
  }
  const read: Settings = {
    region: required('AWS_REGION'),
    bucket: required('DB_S3_BUCKET'),
    key: required('DB_S3_KEY'),
    databasePath: required('DATABASE_PATH'),
    generation: env['GENERATION'] || 'none',
    restoreDeadlineSeconds: seconds('RESTORE_DEADLINE_SECONDS'),
    saveDeadlineSeconds: seconds('SAVE_DEADLINE_SECONDS'),
  }
  if (faults.length > 0) throw new Error(faults.join('; '))
  return read
}
