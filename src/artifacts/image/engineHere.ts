import { type Ran, run } from '../run.ts'
import { type Command, engines } from './engines.ts'
import { ENGINES, type Engine } from './recipe.ts'

const DETECTION_MS = 5_000

/** Runs one of an engine's commands; `line` hears each line of its output. Null when there is no such program. */
export const runEngine = (
  folder: string,
  [program, ...words]: Command,
  line: (text: string) => void,
  signal: AbortSignal,
): Promise<Ran | null> => run(program, words, { folder, env: process.env, line, signal })

/**
 * The engine named, or the first in the order of ENGINES, if it works on this machine; null when none does. All are asked at
 * once; who does not answer in five seconds does not work.
 */
export const engineHere = async (
  named: Engine | null,
  folder: string,
  signal: AbortSignal,
): Promise<Engine | null> => {
  const candidates = named === null ? ENGINES : [named]
  const asked = await Promise.all(candidates.map(engine => works(engine, folder, signal)))
  signal.throwIfAborted()
  return candidates.find((_, index) => asked[index]) ?? null
}

const works = async (engine: Engine, folder: string, signal: AbortSignal): Promise<boolean> => {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(DETECTION_MS)])
  const ran = await Promise.all(
    engines[engine].works.map(command => runEngine(folder, command, () => {}, deadline).catch(() => null)),
  )
  return ran.every(one => one?.code === 0)
}
