import { type Aws, openAws } from '../aws/openAws.ts'
import type { LogEntry } from './doors.ts'

/** Somebody waits for the answer: a call is given up after a few attempts, and an attempt after a short silence. */
const PATIENCE = { attempts: 4, pauseMs: 1_000, deniedAttempts: 1 }
const SILENCE_MS = 3_000

/** AWS for a Lambda, whose role's credentials stand in the environment. */
export const lambdaAws = (log: (entry: LogEntry) => void): Aws =>
  openAws(process.env, {
    patience: PATIENCE,
    timeoutMs: SILENCE_MS,
    onRetry: (error, { service }) =>
      log({ level: 'warn', message: 'tries again', service, error: String(error) }),
  })
