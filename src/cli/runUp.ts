import { namedOutputs } from '../engine/makePlan.ts'
import type { Plan } from '../engine/plan.ts'
import { type UpResult, up } from '../engine/up.ts'
import { commandLine } from './commandLine.ts'
import type { UpFlags } from './commands/up.ts'
import { openStack } from './context.ts'
import { type ExitCode, exitCode } from './exitCode.ts'
import type { GlobalFlags } from './flags.ts'
import { belongsTo } from './only.ts'
import { faultOf, sayFault } from './print/error.ts'
import { planText } from './print/plan.ts'
import { withoutSecrets } from './print/secrets.ts'
import { finish } from './print/summary.ts'
import { openProgress } from './progress/progress.ts'
import type { Shell } from './shell.ts'

/** `storyarch up`: plan, ask, apply, and tell what came of it. */
export const runUp = async (flags: GlobalFlags & UpFlags, shell: Shell): Promise<ExitCode> => {
  const startedMs = shell.host.now()
  const wants = belongsTo(flags.only)
  const progress = openProgress(shell, flags)
  const stack = await openStack(flags, shell, progress.report)
  try {
    const result = await stack.identified(
      up(stack.world, stack.blueprint, {
        adopt: flags.adopt,
        deleteData: flags.deleteData,
        forceUnlock: flags.forceUnlock,
        expect: flags.expect,
        wants,
        confirm: async plan => {
          await stack.identified(Promise.resolve())
          show(plan, flags, shell)
          return flags.yes || /^y(es)?$/i.test(await shell.ask('Do it? [y/N] ', '--yes'))
        },
      }),
    )
    progress.close()
    if (result.outcome === null && !result.declined) show(result.plan, flags, shell)
    const code = tell(result, flags, shell)
    const { account, outputs } = { ...result.found, ...result.outcome }
    const named = namedOutputs(stack.blueprint, { account, outputs })
    if (!flags.json && !result.declined) for (const line of urlLines(named)) shell.out(line)
    finish(shell, flags, {
      calls: stack.calls,
      durationMs: shell.host.now() - startedMs,
      exitCode: code,
      done: result.outcome?.done.length ?? 0,
      failed: result.outcome?.failed.map(({ id }) => id) ?? [],
      skipped: result.outcome?.skipped ?? [],
      outputs: named,
    })
    return code
  } finally {
    progress.close()
    stack.close()
  }
}

const show = (plan: Plan, flags: GlobalFlags, shell: Shell): void => {
  const shown = withoutSecrets(plan)
  if (flags.json) shell.emit({ type: 'plan', ...shown })
  else shell.say(planText(shown, { colours: shell.sayColours, verbose: flags.verbose, next: null }))
}

/** Says how it ended and what to do next; answers the exit code. */
const tell = ({ outcome, declined }: UpResult, flags: GlobalFlags, shell: Shell): ExitCode => {
  if (declined) {
    shell.say('Nothing was changed.')
    return exitCode.error
  }
  if (outcome === null) return exitCode.ok
  const { done, failed, skipped } = outcome
  if (shell.host.interrupted.aborted) {
    shell.say(`Stopped: ${done.length} done, the rest not started. ${commandLine('up', flags)} continues.`)
    return exitCode.interrupted
  }
  if (failed.length === 0) return exitCode.ok
  for (const { id, error } of failed) {
    const told = faultOf(error, shell, flags)
    sayFault({ ...told, about: [id, ...told.about] }, shell, flags)
  }
  shell.say(
    `${failed.length} failed, ${skipped.length} not tried, ${done.length} done. After mending, ${commandLine('up', flags)} continues.`,
  )
  return done.length > 0 ? exitCode.partial : exitCode.error
}

/** The stack's addresses, one a line. */
const urlLines = (outputs: Readonly<Record<string, string>>): string[] => {
  const urls = Object.entries(outputs).filter(([name]) => name.endsWith('_url') && !name.startsWith('ecr_'))
  const width = Math.max(0, ...urls.map(([name]) => name.length))
  return urls.map(([name, value]) => `${name.padEnd(width)}  ${value}`)
}
