import { type Command as Completable, RootCommand } from '@bomb.sh/tab'
import type { AnyCommand, CommandGroup } from './command.ts'
import { commands } from './commands/index.ts'
import { globalOptions, type Option } from './flags.ts'

const NAME = 'storyarch'

const FLAGS = /^(?:-(\w), )?--([\w-]+)(?: (?:<.+>|\[.+\]))?$/

const addOption = (to: Completable, option: Option): void => {
  const [, short, long = ''] = FLAGS.exec(option.flags) ?? []
  const takesValue = /[<[]/.test(option.flags)
  const suggest = (say: (value: string, description: string) => void) => {
    for (const choice of option.choices ?? []) say(choice, '')
  }
  if (takesValue) to.option(long, option.summary, suggest, short)
  else if (short === undefined) to.option(long, option.summary)
  else to.option(long, option.summary, short)
}

const addCommand = (root: RootCommand, thing: AnyCommand | CommandGroup, path: string): void => {
  const made = root.command(path, thing.summary)
  for (const option of globalOptions) addOption(made, option)
  if ('commands' in thing) {
    for (const child of thing.commands) addCommand(root, child, `${path} ${child.name}`)
    return
  }
  for (const option of thing.options) addOption(made, option)
  for (const { name, choices = [] } of thing.arguments)
    made.argument(name, say => {
      for (const choice of choices) say(choice, '')
    })
}

const completable = (): RootCommand => {
  const root = new RootCommand()
  for (const option of globalOptions) addOption(root, option)
  for (const thing of commands) addCommand(root, thing, thing.name)
  return root
}

/** Prints (console.log: the library's way) what may follow `words`, as the shell's script asks at each press of Tab. */
export const complete = (words: readonly string[]): void => completable().parse([...words])

/** Prints the script that `shell` sources. */
export const completionScript = (shell: string): void => completable().setup(NAME, NAME, shell)
