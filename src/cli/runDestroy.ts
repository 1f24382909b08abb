import { type DestroyPlan, type DestroyResult, destroy } from '../engine/destroy.ts'
import { UserError } from '../errors.ts'
import { commandLine } from './commandLine.ts'
import type { DestroyFlags } from './commands/destroy.ts'
import { openDoomed } from './context.ts'
import { type ExitCode, exitCode } from './exitCode.ts'
import type { GlobalFlags } from './flags.ts'
import { faultOf, sayFault } from './print/error.ts'
import { finish } from './print/summary.ts'
import { openProgress } from './progress/progress.ts'
import type { Shell } from './shell.ts'

/** `storyarch destroy`: shows what goes and what stays, has the name typed, removes, and names survivors. */
export const runDestroy = async (flags: GlobalFlags & DestroyFlags, shell: Shell): Promise<ExitCode> => {
  const startedMs = shell.host.now()
  const progress = openProgress(shell, flags)
  const doomed = await openDoomed(flags, shell, progress.report)
  try {
    const result = await doomed.identified(
      destroy(doomed.world, doomed.stack, {
        deleteData: flags.deleteData,
        forceUnlock: flags.forceUnlock,
        anchor: doomed.anchor,
        suspects: doomed.suspects,
        confirm: async plan => {
          await doomed.identified(Promise.resolve())
          show(plan, flags, shell)
          return flags.yes || (await typed(plan.stack, shell))
        },
      }),
    )
    progress.close()
    if (result.removal === null && !result.declined) show(result.plan, flags, shell)
    const code = tell(result, flags, shell)
    finish(shell, flags, {
      calls: doomed.calls,
      durationMs: shell.host.now() - startedMs,
      exitCode: code,
      done: result.removal?.done.length ?? 0,
      failed: result.removal?.failed.map(({ id }) => id) ?? [],
      skipped: result.removal?.skipped ?? [],
      outputs: {},
    })
    return code
  } finally {
    progress.close()
    doomed.close()
  }
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

const tell = (result: DestroyResult, flags: GlobalFlags & DestroyFlags, shell: Shell): ExitCode => {
  const { plan, removal, declined, survivors } = result
  if (declined) {
    shell.say('Nothing was changed.')
    return exitCode.error
  }
  const again = commandLine('destroy', flags, flags.stack === null ? [] : ['--stack', flags.stack])
  if (removal === null) {
    shell.say(
      plan.kept.length === 0
        ? `Nothing of ${plan.stack} is there.`
        : `Nothing else of ${plan.stack} is there.`,
    )
    return exitCode.ok
  }
  if (shell.host.interrupted.aborted) {
    shell.say(`Stopped: ${removal.done.length} deleted, the rest still there. ${again} continues.`)
    return exitCode.interrupted
  }
  for (const { id, error } of removal.failed) {
    const told = faultOf(error, shell, flags)
    sayFault({ ...told, about: [id, ...told.about] }, shell, flags)
  }
  for (const { id, name } of survivors) shell.say(`still there: ${id} (${name})`)
  if (removal.failed.length === 0 && survivors.length === 0) {
    shell.say(`${plan.stack} is gone${plan.kept.length === 0 ? '' : ', except what was kept'}.`)
    return exitCode.ok
  }
  shell.say(`${removal.done.length} deleted, not all. ${again} continues.`)
  return exitCode.partial
}
