import { backup } from 'node:sqlite'
import { beginTask } from './beginTask.ts'
import { liveBeside } from './liveBeside.ts'
import { jsonLog, told } from './log.ts'

/**
 * The program in the agent's containers: `node /agent/agent.cjs restore` before the app, `node /agent/agent.cjs run` beside
 * it. Leaves with 0 when the database is where it belongs, 1 when it is not, 64 when it was called wrongly, 75 when this
 * task must not have it.
 */
const log = jsonLog(
  line => void process.stdout.write(line),
  () => new Date(),
)

const stopSignal = (): Promise<string> =>
  new Promise(resolve => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => resolve(name))
  })

/** Signals alone do not keep Node alive. */
const staysAlive = async <T>(work: Promise<T>): Promise<T> => {
  const timer = setInterval(() => {}, 60_000)
  return work.finally(() => clearInterval(timer))
}

const WORDS: Readonly<Record<string, () => Promise<number>>> = {
  restore: () => beginTask(process.env, log),
  run: () => staysAlive(liveBeside(process.env, log, stopSignal())),
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
    return await act()
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
