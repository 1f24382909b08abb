import type { ExitCode } from '../exitCode.ts'
import type { GlobalFlags } from '../flags.ts'
import type { Shell } from '../shell.ts'
import { type Fault, fault } from './fault.ts'

type Flags = Pick<GlobalFlags, 'json' | 'verbose' | 'profile'>

/** Tells `error` on stderr, and under `--json` as an event on stdout too. Answers the exit code. */
export const printError = (error: unknown, shell: Shell, flags: Flags): ExitCode => {
  const told = faultOf(error, shell, flags)
  sayFault(told, shell, flags)
  if (flags.json) shell.emit({ type: 'error', ...eventOf(told) })
  return told.exitCode
}

/** `error` translated, with the profile and endpoint in use. */
export const faultOf = (error: unknown, { host }: Shell, { profile }: Pick<Flags, 'profile'>): Fault =>
  fault(error, {
    profile: profile ?? host.env['AWS_PROFILE'] ?? null,
    endpoint: host.env['AWS_ENDPOINT_URL'] ?? null,
  })

/** The part of a fault that machines get. */
export const eventOf = ({ about, fact, nextAct, requestId, exitCode }: Fault) => ({
  about,
  fact,
  nextAct,
  requestId,
  exitCode,
})

export const sayFault = (told: Fault, shell: Shell, { verbose }: Pick<Flags, 'verbose'>): void => {
  const { sayColours: colours } = shell
  const about = told.about.map(line => `${line}\n  `).join('')
  shell.say(`${colours.red('error:')} ${about}${told.fact}`)
  shell.say(indent(told.nextAct))
  if (verbose && told.requestId !== null) shell.say(colours.dim(`  request id ${told.requestId}`))
  if (told.stack !== null) shell.say(told.stack)
}

const indent = (text: string): string => text.replace(/^/gm, '  ')

/** Tells on stderr why each of `failed` failed; those that Ctrl-C stopped did not. */
export const sayFailures = (
  failed: readonly { readonly id: string; readonly error: unknown }[],
  shell: Shell,
  flags: Flags,
): void => {
  for (const { id, error } of failed) {
    if (isAbort(error)) continue
    const told = faultOf(error, shell, flags)
    sayFault({ ...told, about: [id, ...told.about] }, shell, flags)
  }
}

/** Whether `error` only says that Ctrl-C was heard. */
export const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError'
