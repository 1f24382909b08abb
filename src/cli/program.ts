import { Argument, Command as Commander, Option as CommanderOption } from 'commander'
import type { AnyCommand, Argument as Arg, CommandGroup, Example } from './command.ts'
import { commands } from './commands/index.ts'
import { isSet } from './environment.ts'
import { type GlobalFlags, globalOptions, type Option } from './flags.ts'
import type { Host } from './host.ts'

/** What was asked for, once the words are understood. */
export interface Invocation {
  readonly command: AnyCommand
  readonly flags: GlobalFlags
  readonly words: readonly string[]
}

/** Columns; fixed, since the texts are made at build time. */
const HELP_WIDTH = 100

const optionOf = ({ flags, summary, choices }: Option): CommanderOption => {
  const option = new CommanderOption(flags, summary)
  return choices === undefined ? option : option.choices(choices)
}

const argumentOf = ({ name, summary, choices }: Arg): Argument => {
  const argument = new Argument(name, summary)
  return choices === undefined ? argument : argument.choices(choices)
}

const examplesOf = (examples: readonly Example[]): string => {
  const width = Math.max(...examples.map(({ line }) => line.length))
  return `\nExamples:\n${examples.map(({ line, does }) => `  ${line.padEnd(width)}  ${does}`).join('\n')}\n`
}

const describe = (made: Commander, thing: AnyCommand | CommandGroup): Commander =>
  made
    .summary(thing.summary)
    .description(sentence(thing.summary))
    .addHelpText('after', examplesOf(thing.examples))

const sentence = (summary: string): string => `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`

/** Absent text options are null, absent switches false: commands never meet undefined. */
const complete = (given: Record<string, unknown>, options: readonly Option[]): Record<string, unknown> =>
  Object.fromEntries(
    options.map(option => {
      const { attribute, takesValue, negate } = parts(option)
      return [attribute, given[attribute] ?? (takesValue ? null : negate)]
    }),
  )

const parts = (option: Option) => {
  const made = new CommanderOption(option.flags)
  return { attribute: made.attributeName(), takesValue: made.required || made.optional, negate: made.negate }
}

const flagsOf = (leaf: Commander, command: AnyCommand, env: Host['env']): GlobalFlags => {
  const all = complete(leaf.optsWithGlobals(), [...globalOptions, ...command.options])
  const local = all['local'] === true || isSet(env['STORYARCH_LOCAL'])
  // The one place where the parser's untyped record becomes the command's flags.
  return { ...all, local } as unknown as GlobalFlags
}

/**
 * The parser. `run` is called with what was understood; wrong words end in a CommanderError.
 * @throws CommanderError from `parseAsync`, also after `--help`
 */
export const createProgram = (
  host: Pick<Host, 'stdout' | 'stderr' | 'env'>,
  run: (invocation: Invocation) => Promise<void>,
): Commander => {
  const program = new Commander('storyarch')
    .description(
      'Hosts a full-stack web app on your own AWS account for almost nothing while nobody uses it.',
    )
    .usage('<command> [flags]')
    // The launcher answers `--version`; here it would take that flag away from the commands that have one.
    .version('', '-V', 'print the version')
    .helpOption('-h, --help', 'explain a command')
    .exitOverride()
    .configureOutput({
      writeOut: text => void host.stdout.write(text),
      writeErr: text => void host.stderr.write(text),
      getOutHelpWidth: () => HELP_WIDTH,
      getErrHelpWidth: () => HELP_WIDTH,
    })
    .configureHelp({
      showGlobalOptions: true,
      optionTerm: ({ flags }) => (flags === '-V' ? '-V, --version' : flags),
    })
    .helpCommand('help [command]', 'explain a command')
  for (const option of globalOptions) program.addOption(optionOf(option))
  program.addHelpText(
    'after',
    examplesOf([
      { line: 'storyarch up --local -m manifests/notes.yaml', does: 'try it: no AWS account, no Docker' },
      { line: 'storyarch plan', does: 'what would change on AWS, and what it costs' },
      { line: 'storyarch up', does: 'make it so' },
      { line: 'storyarch help up', does: 'all of one command' },
    ]),
  )
  const add = (parent: Commander, thing: AnyCommand | CommandGroup): void => {
    const made = describe(parent.command(thing.name), thing)
    if ('commands' in thing) {
      for (const child of thing.commands) add(made, child)
      return
    }
    for (const argument of thing.arguments) made.addArgument(argumentOf(argument))
    for (const option of thing.options) made.addOption(optionOf(option))
    made.action(() => run({ command: thing, flags: flagsOf(made, thing, host.env), words: made.args }))
  }
  for (const thing of commands) add(program, thing)
  return program
}

/** The help text of every command by its words (`local start`; empty: the program's), for the launcher to print at once. */
export const helpTexts = (): Record<string, string> => {
  const silent = { write() {} }
  const texts: Record<string, string> = {}
  const visit = (command: Commander, words: readonly string[]): void => {
    const written: string[] = []
    command.configureOutput({ writeOut: text => void written.push(text) })
    command.outputHelp()
    texts[words.join(' ')] = written.join('')
    for (const child of command.commands) visit(child, [...words, child.name()])
  }
  visit(
    createProgram({ stdout: silent, stderr: silent, env: {} }, async () => {}),
    [],
  )
  return texts
}
