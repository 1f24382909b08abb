import { once } from 'node:events'
import pico from 'picocolors'
import { UserError } from '../errors.ts'
import { hasColours, isAgent, isCi, isPerson } from './environment.ts'
import { exitCode } from './exitCode.ts'
import type { GlobalFlags } from './flags.ts'
import type { Host } from './host.ts'

export type Colours = ReturnType<typeof pico.createColors>

/** What a command talks through: data to stdout, everything else to stderr. */
export interface Shell {
  readonly host: Host
  /** One line or more of data. */
  out(text: string): void
  /** Progress, notes, warnings. */
  say(text: string): void
  /** One JSON object on one line, with the version of its shape. */
  emit(object: { readonly type: string } & Record<string, unknown>): void
  readonly outColours: Colours
  readonly sayColours: Colours
  /** A person watches stderr: a live footer may be drawn there. */
  readonly animated: boolean
  /**
   * Asks on stderr; answers the line, trimmed; an input that ends (Ctrl-D) is an empty line. Throws UserError (exit 64) naming `flag` where nobody can answer.
   * Rejects when interrupted.
   */
  ask(question: string, flag: string): Promise<string>
  /** Whether `ask` would ask. */
  readonly interactive: boolean
}

/** The version of every JSON object the program prints. It grows when a field changes its meaning or goes. */
export const JSON_VERSION = 1

export const openShell = (host: Host, flags: Pick<GlobalFlags, 'json' | 'input'>): Shell => {
  const { env, stdin, stdout, stderr, interrupted } = host
  const interactive = stdin.isTTY === true && flags.input && !flags.json && !isCi(env) && !isAgent(env)
  return {
    host,
    out: text => void stdout.write(`${text}\n`),
    say: text => void stderr.write(`${text}\n`),
    emit: object => void stdout.write(`${JSON.stringify({ version: JSON_VERSION, ...object })}\n`),
    outColours: pico.createColors(!flags.json && hasColours(stdout, env)),
    sayColours: pico.createColors(hasColours(stderr, env)),
    animated: !flags.json && isPerson(stderr, env),
    interactive,
    async ask(question, flag) {
      if (!interactive) {
        const fact = `This needs an answer: ${question.replace(/(:| \[y\/N\])? *$/, '')}`
        throw new UserError(fact, `Nobody can answer here; say it beforehand with ${flag}.`, {
          exitCode: exitCode.usage,
        })
      }
      const { createInterface } = await import('node:readline/promises')
      // Not readline's own terminal mode: the line stays in the terminal's hands, and Ctrl-C stays a signal.
      const reader = createInterface({
        input: stdin,
        output: stderr as NodeJS.WritableStream,
        terminal: false,
      })
      // Of an end of the input readline tells the question nothing, and Node would leave with 0.
      const ended = once(reader, 'close').then(() => '')
      try {
        return (await Promise.race([reader.question(question, { signal: interrupted }), ended])).trim()
      } finally {
        reader.close()
      }
    },
  }
}
