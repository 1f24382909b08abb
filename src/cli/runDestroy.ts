import { type DestroyPlan, type DestroyResult, destroy } from '../engine/destroy.ts'
import { UserError } from '../errors.ts'
import { commandLine } from './commandLine.ts'
import type { DestroyFlags } from './commands/destroy.ts'
import { openDoomed } from './context.ts'
import { type ExitCode, exitCode } from './exitCode.ts'
import type { GlobalFlags } from './flags.ts'
import { runLong } from './longCommand.ts'
import { sayFailures } from './print/error.ts'
import type { Shell } from './shell.ts'

/** `storyarch destroy`: shows what goes and what stays, has the name typed, removes, and names survivors. */
export const runDestroy = (flags: GlobalFlags & DestroyFlags, shell: Shell): Promise<ExitCode> => {
  const again = commandLine('destroy', flags, [
    ...(flags.stack === null ? [] : ['--stack', flags.stack]),
    ...(flags.deleteData ? ['--delete-data'] : []),
  ])
  return runLong(
    {
      again,
      open: report => openDoomed(flags, shell, report),
      async work(doomed, settled) {
        const destroying = destroy(doomed.world, doomed.stack, {
          deleteData: flags.deleteData,
          forceUnlock: flags.forceUnlock,
          anchor: doomed.anchor,
          suspects: doomed.suspects,
          async confirm(plan) {
            await doomed.identified(Promise.resolve())
            show(plan, flags, shell)
            return flags.yes || (await typed(plan.stack, shell))
          },
        })
        const result = await doomed.identified(destroying)
        settled()
        if (result.removal === null && !result.declined) show(result.plan, flags, shell)
        return { exitCode: tell(result, again, flags, shell), outputs: {} }
      },
    },
    flags,
    shell,
  )
}

const typed = async (stack: string, shell: Shell): Promise<boolean> => {
  const answer = await shell.ask(`Type ${stack} to destroy it: `, '--yes')
  if (answer !== '' && answer !== stack)
    throw new UserError(`${JSON.stringify(answer)} is not ${stack}.`, 'Nothing was changed.')
  return answer === stack
}

const show = (plan: DestroyPlan, flags: GlobalFlags, shell: Shell): void => {
  if (flags.json) {
    shell.emit({ type: 'plan', ...plan })
    return
  }
  const { sayColours: colours } = shell
  const width = Math.max(0, ...[...plan.changes, ...plan.kept].map(({ id }) => id.length))
  if (plan.changes.length > 0) shell.say(colours.bold(`${plan.changes.length} will be deleted`))
  for (const { id, name, losesData } of plan.changes)
    shell.say(
      `  ${colours.red('-')} ${id.padEnd(width)}  ${name}${losesData ? `  ${colours.bold(colours.red('!! ALL ITS DATA IS LOST'))}` : ''}`,
    )
  if (plan.kept.length > 0)
    shell.say(colours.bold(`${plan.kept.length} will be kept, for its data (--delete-data deletes it)`))
  for (const { id, name } of plan.kept) shell.say(`  = ${id.padEnd(width)}  ${name}`)
  const buckets = plan.changes.filter(({ id, losesData }) => losesData && id.startsWith('bucket/'))
  for (const { name } of buckets) shell.say(`  To save its data first: aws s3 sync s3://${name} ./${name}`)
}

const tell = (
  { plan, removal, declined, survivors }: DestroyResult,
  again: string,
  flags: GlobalFlags,
  shell: Shell,
): ExitCode => {
  if (declined) {
    shell.say('Nothing was changed.')
    return exitCode.error
  }
  if (removal === null) {
    shell.say(`${plan.kept.length === 0 ? 'Nothing' : 'Nothing else'} of ${plan.stack} is there.`)
    return exitCode.ok
  }
  sayFailures(removal.failed, shell, flags)
  for (const { id, name } of survivors) shell.say(`still there: ${id} (${name})`)
  if (removal.failed.length === 0 && survivors.length === 0) {
    shell.say(`${plan.stack} is gone${plan.kept.length === 0 ? '' : ', except what was kept'}.`)
    return exitCode.ok
  }
  shell.say(`Not all is gone. ${again} continues.`)
  return exitCode.partial
}
