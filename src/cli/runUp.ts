import { namedOutputs } from '../engine/makePlan.ts'
import type { Plan } from '../engine/plan.ts'
import { type UpResult, up } from '../engine/up.ts'
import { commandLine } from './commandLine.ts'
import type { UpFlags } from './commands/up.ts'
import { consentWords } from './consentWords.ts'
import { openStack } from './context.ts'
import { type ExitCode, exitCode } from './exitCode.ts'
import type { GlobalFlags } from './flags.ts'
import { runLong } from './longCommand.ts'
import { belongsTo, mayShip } from './only.ts'
import { isAbort, sayFailures } from './print/error.ts'
import { planText } from './print/plan.ts'
import { withoutSecrets } from './print/secrets.ts'
import { standingText } from './print/standing.ts'
import type { Shell } from './shell.ts'
import { shippedWords } from './shipped.ts'

/** `storyarch up`: plan, ask, apply, and tell what came of it. */
export const runUp = async (flags: GlobalFlags & UpFlags, shell: Shell): Promise<ExitCode> => {
  const wants = belongsTo(flags.only)
  const again = commandLine('up', flags, [...shippedWords(flags), ...consentWords(flags)])
  return runLong(
    {
      again,
      open: report =>
        openStack(flags, shell, report, {
          wants: mayShip(flags.only),
          image: flags.image,
          frontend: flags.frontend,
        }),
      async work(stack, settled) {
        const upping = up(stack.world, stack.blueprint, {
          adopt: flags.adopt,
          deleteData: flags.deleteData,
          forceUnlock: flags.forceUnlock,
          expect: flags.expect,
          wants,
          async confirm(plan) {
            await stack.identified(Promise.resolve())
            show(plan, flags, shell)
            return flags.yes || /^y(es)?$/i.test(await shell.ask('Do it? [y/N] ', '--yes'))
          },
        })
        const result = await stack.identified(upping)
        settled()
        // Nothing to do: its costs are the plan's to tell.
        if (result.outcome === null && !result.declined) show({ ...result.plan, cost: [] }, flags, shell)
        const code = tell(result, again, flags, shell)
        const outputs = await stack.reachable(
          namedOutputs(stack.blueprint, { ...result.found, ...result.outcome }),
        )
        if (!flags.json && !result.declined) {
          for (const line of urlLines(outputs)) shell.out(line)
          const standing = standingText(outputs)
          if (standing !== '') shell.say(standing)
        }
        return { exitCode: code, outputs }
      },
    },
    flags,
    shell,
  )
}

const show = (plan: Plan, flags: GlobalFlags, shell: Shell): void => {
  const shown = withoutSecrets(plan)
  if (flags.json) shell.emit({ type: 'plan', ...shown })
  else {
    const upWith = (flag: string) => commandLine('up', flags, [flag])
    shell.say(planText(shown, { colours: shell.sayColours, verbose: flags.verbose, next: null, upWith }))
  }
}

/** Says what failed and what to do next; answers the exit code. */
const tell = ({ outcome, declined }: UpResult, again: string, flags: GlobalFlags, shell: Shell): ExitCode => {
  if (declined) {
    shell.say('Nothing was changed.')
    return exitCode.error
  }
  if (outcome === null || outcome.failed.length === 0) return exitCode.ok
  const { done, failed, skipped } = outcome
  sayFailures(failed, shell, flags)
  const broken = failed.filter(({ error }) => !isAbort(error))
  if (broken.length > 0)
    shell.say(`${broken.length} failed, ${skipped.length} not tried. After mending, ${again} continues.`)
  return done.length > 0 ? exitCode.partial : exitCode.error
}

/** The stack's addresses, one a line. */
const urlLines = (outputs: Readonly<Record<string, string>>): string[] => {
  const urls = Object.entries(outputs).filter(([name]) => name.endsWith('_url') && !name.startsWith('ecr_'))
  const width = Math.max(0, ...urls.map(([name]) => name.length))
  return urls.map(([name, value]) => `${name.padEnd(width)}  ${value}`)
}
