import { UserError } from '../../errors.ts'
import type { Command } from '../command.ts'
import { exitCode } from '../exitCode.ts'

interface OutputsFlags {
  readonly format: string | null
}

export const outputs: Command<OutputsFlags> = {
  name: 'outputs',
  summary: 'print the names, ids and addresses of the live stack',
  arguments: [{ name: '[name]', summary: 'only this one, as it is (same as --format raw)' }],
  options: [
    {
      flags: '--format <format>',
      summary:
        'json; env (a .env for scripts); github (repository secrets and variables); raw NAME (one value)',
      choices: ['json', 'env', 'github', 'raw'],
    },
  ],
  examples: [
    { line: 'storyarch outputs', does: 'all of them' },
    { line: 'storyarch outputs --format env > .env', does: 'then: source .env' },
    { line: 'storyarch outputs --format github | gh secret set --env-file -', does: 'into the repository' },
    { line: 'curl "$(storyarch outputs --format raw start_url)"', does: 'one value' },
  ],
  finishesWhenInterrupted: false,
  async run(flags, shell, [name]) {
    const { openStack } = await import('../context.ts')
    const { makePlan, namedOutputs } = await import('../../engine/makePlan.ts')
    const { outputsText } = await import('../print/outputs.ts')
    if (flags.format === 'raw' && name === undefined)
      throw new UserError(
        '--format raw needs a name.',
        'For example: storyarch outputs --format raw site_url',
        {
          exitCode: exitCode.usage,
        },
      )
    const stack = await openStack(flags, shell, () => {}, null)
    const consent = { adopt: false, deleteData: false, wants: () => true }
    const { found } = await stack.identified(makePlan(stack.world, stack.blueprint, consent))
    stack.close()
    const values = await stack.reachable(namedOutputs(stack.blueprint, found))
    const named = name === undefined ? values : { [name]: valueNamed(name, values, stack.blueprint.outputs) }
    if (flags.json) shell.emit({ type: 'outputs', outputs: named })
    else if (name !== undefined) shell.out(named[name] ?? '')
    else shell.out(outputsText(values, flags.format ?? 'text', stack.blueprint.region))
    const missing = Object.keys(stack.blueprint.outputs).filter(output => !(output in values))
    if (name === undefined && missing.length > 0)
      shell.say(`Not known until \`storyarch up\`: ${missing.join(', ')}`)
    return exitCode.ok
  },
}

const valueNamed = (
  name: string,
  values: Readonly<Record<string, string>>,
  all: Readonly<Record<string, string>>,
): string => {
  const value = Object.hasOwn(values, name) ? values[name] : undefined
  if (value !== undefined) return value
  if (Object.hasOwn(all, name))
    throw new UserError(`${name} is not known: its resource does not stand yet.`, 'Run: storyarch up')
  throw new UserError(`There is no output ${name}.`, `There are: ${Object.keys(all).join(', ')}`, {
    exitCode: exitCode.usage,
  })
}
