import { backup } from 'node:sqlite'
import { bucketEndpoint } from '../aws/endpoint.ts'
import { openAws } from '../aws/openAws.ts'
import { bucketDoor } from '../aws/s3.ts'
import { jsonLog, told } from './log.ts'
import { restore } from './restore.ts'
import { run } from './run.ts'
import { type Settings, settings } from './settings.ts'

/**
 * The program in the agent's containers: `node /agent/agent.cjs restore` before the app, `node /agent/agent.cjs run` beside
 * it. Leaves with 0 when the database is where it belongs, 1 when it is not, 64 when it was called wrongly.
 */
const log = jsonLog(
  line => void process.stdout.write(line),
  () => new Date(),
)

/** The deadline ends the attempts, and nothing else; of a denial there are some ten seconds' worth. */
const PATIENCE = { attempts: Number.POSITIVE_INFINITY, pauseMs: 5_000, deniedAttempts: 10 }
const SILENCE_MS = 20_000

const bucketOf = ({ bucket, region }: Settings) => {
  const { send } = openAws(process.env, {
    patience: PATIENCE,
    timeoutMs: SILENCE_MS,
    onRetry: (error, { service, method }) => log('warn', 'retry', { service, method, error: told(error) }),
  })
  return bucketDoor(send, bucketEndpoint(process.env, bucket, region))
}

const stopSignal = (): Promise<string> =>
  new Promise(resolve => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => resolve(name))
  })

/** Signals alone do not keep Node alive. */
const staysAlive = async <T>(work: Promise<T>): Promise<T> => {
  const timer = setInterval(() => {}, 60_000)
  return work.finally(() => clearInterval(timer))
}

const seconds = (count: number): AbortSignal => AbortSignal.timeout(count * 1000)

const WORDS: Readonly<Record<string, (read: Settings) => Promise<number>>> = {
  restore: async read => {
    await restore(read, { bucket: bucketOf(read), log, deadline: seconds(read.restoreDeadlineSeconds) })
    return 0
  },
  run: async read => {
    const doors = { bucket: bucketOf(read), log, now: () => new Date(), after: seconds }
    const { outcome } = await staysAlive(run(read, { ...doors, toldToStop: stopSignal() }))
    return outcome === 'broken' ? 1 : 0
  },
}

const main = async (word: string | undefined): Promise<number> => {
  const act = WORDS[word ?? '']
  if (act === undefined) {
    log('error', 'wrong-usage', { word: word ?? null, words: Object.keys(WORDS) })
    return 64
  }
  try {
    // Better now than when there is something to save.
    if (typeof backup !== 'function') throw new Error(`Node ${process.version} is too old: 22.16 is needed`)
    return await act(settings(process.env))
  } catch (error) {
    log('error', `${word}-failed`, { error: told(error) })
    return 1
  }
}

// Node's own warnings are no lines of JSON.
process.removeAllListeners('warning')
process.on('warning', ({ name, message }) => {
  // Node 22 calls its SQLite an experiment.
  if (name !== 'ExperimentalWarning') log('warn', 'node-warning', { name, message })
})
main(process.argv[2]).then(code => process.exit(code))
