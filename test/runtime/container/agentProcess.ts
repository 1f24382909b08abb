import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

const BUNDLE = 'dist/agent/agent.cjs'

export interface Event {
  readonly level: string
  readonly event: string
  readonly [fact: string]: unknown
}

export interface AgentProcess {
  readonly events: readonly Event[]
  /** Resolves with the event of that name, now or later; throws when the program ends without it. */
  seen(event: string): Promise<Event>
  signal(name: NodeJS.Signals): void
  /** The exit code; null for one that was killed. */
  readonly ended: Promise<number | null>
}

/** Starts the built agent as ECS does: a word and an environment. Every line it prints must be one event in JSON. */
export const startAgent = (word: string, env: Readonly<Record<string, string>>): AgentProcess => {
  const child = spawn(process.execPath, [BUNDLE, word], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const events: Event[] = []
  const waiting = new Set<() => void>()
  const note = (line: string) => {
    events.push(JSON.parse(line))
    for (const wake of waiting) wake()
  }
  createInterface(child.stdout).on('line', note)
  createInterface(child.stderr).on('line', line => note(JSON.stringify({ level: 'stderr', event: line })))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return {
    events,
    ended,
    signal: name => void child.kill(name),
    seen: event =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = events.find(one => one.event === event)
          if (found === undefined) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        ended.then(() => reject(new Error(`no ${event} in ${JSON.stringify(events)}`)))
        look()
      }),
  }
}

/** Runs a word to its end. */
export const runAgent = async (word: string, env: Readonly<Record<string, string>>) => {
  const agent = startAgent(word, env)
  const code = await agent.ended
  return { code, events: agent.events, names: agent.events.map(({ event }) => event) }
}
