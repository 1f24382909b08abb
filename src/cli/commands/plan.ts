import type { Command } from '../command.ts'
import { consentWords } from '../consentWords.ts'
import { type ExitCode, exitCode } from '../exitCode.ts'
import { belongsTo, mayShip, onlyOption } from '../only.ts'
import { frontendOption, imageOption, type ShippedFlags, shippedWords } from '../shipped.ts'

interface PlanFlags extends ShippedFlags {
  readonly exitCode: boolean
  readonly adopt: boolean
  readonly deleteData: boolean
}

export const plan: Command<PlanFlags> = {
  name: 'plan',
  summary: 'show what `up` would change, why, and what the stack costs; changes nothing',
  arguments: [],
  options: [
    { flags: '--exit-code', summary: 'exit with 2 when there are changes' },
    onlyOption,
    imageOption,
    frontendOption,
    { flags: '--adopt', summary: 'plan to take over resources that are there and not of this stack' },
    { flags: '--delete-data', summary: 'plan to delete or replace also what holds data' },
  ],
  examples: [
    { line: 'storyarch plan', does: 'the manifest against live AWS' },
    { line: 'storyarch plan --exit-code', does: 'for a nightly drift check in CI' },
    { line: 'storyarch plan --json | jq .fingerprint', does: 'for `storyarch up --expect`' },
  ],
  finishesWhenInterrupted: false,
  async run(flags, shell): Promise<ExitCode> {
    const { openStack } = await import('../context.ts')
    const { makePlan } = await import('../../engine/makePlan.ts')
    const { withoutSecrets } = await import('../print/secrets.ts')
    const consent = { adopt: flags.adopt, deleteData: flags.deleteData, wants: belongsTo(flags.only) }
    const ships = { wants: mayShip(flags.only), image: flags.image, frontend: flags.frontend }
    const startedMs = shell.host.now()
    const stack = await openStack(flags, shell, () => {}, ships)
    const made = await stack.identified(makePlan(stack.world, stack.blueprint, consent))
    const result = withoutSecrets(made.plan)
    if (flags.json) {
      const { reads, writes } = stack.calls
      const durationMs = shell.host.now() - startedMs
      shell.emit({ type: 'plan', ...result, reads, writes, durationMs })
    } else {
      const { planText } = await import('../print/plan.ts')
      const { commandLine } = await import('../commandLine.ts')
      const next = commandLine('up', flags, [
        ...shippedWords(flags),
        ...consentWords(flags),
        '--expect',
        result.fingerprint,
      ])
      const upWith = (flag: string) => commandLine('up', flags, [flag])
      shell.out(planText(result, { colours: shell.outColours, verbose: flags.verbose, next, upWith }))
    }
    stack.close()
    return flags.exitCode && result.changes.length + result.foreign.length > 0
      ? exitCode.changes
      : exitCode.ok
  },
}
