import { Option } from 'commander'
import type { AnyCommand, CommandGroup } from './command.ts'

/** A lone `-y` behind an option is the flag; `-yQ3…` is a value, as S3's version ids may be. */
const DASHED_VALUE = /^-[^-]./

/**
 * Words with `--option -value` joined to `--option=-value` for every option of a command of its own. Without it the
 * parser reads the global flags out of such a value first: `-yQ3…` were `-y` and another value.
 */
export const joinDashedValues = (
  words: readonly string[],
  commands: readonly (AnyCommand | CommandGroup)[],
): string[] => {
  const valued = new Set(commands.flatMap(valuedOptions))
  return words.flatMap((word, at) => {
    if (valued.has(word) && DASHED_VALUE.test(words[at + 1] ?? '')) return [`${word}=${words[at + 1]}`]
    return valued.has(words[at - 1] ?? '') && DASHED_VALUE.test(word) ? [] : [word]
  })
}

const valuedOptions = (thing: AnyCommand | CommandGroup): readonly string[] =>
  'commands' in thing
    ? thing.commands.flatMap(valuedOptions)
    : thing.options
        .map(({ flags }) => new Option(flags))
        .flatMap(({ required, long }) => (required && long !== undefined ? [long] : []))
