import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { AnyCommand } from '../../src/cli/command.ts'
import { commands } from '../../src/cli/commands/index.ts'
import { globalOptions } from '../../src/cli/flags.ts'
import { longFlag } from './longFlag.ts'

/** Every command by its words, with its long flags. */
const flagsOf = new Map<string, Set<string>>()
const note = (words: string, { options }: AnyCommand): void => {
  flagsOf.set(
    words,
    new Set([...options, ...globalOptions].map(({ flags }) => longFlag(flags)).concat('--help', '--version')),
  )
}
for (const thing of commands)
  if ('commands' in thing) for (const one of thing.commands) note(`${thing.name} ${one.name}`, one)
  else note(thing.name, thing)

const GROUPS = new Set([...flagsOf.keys()].flatMap(words => words.split(' ').slice(0, -1)))

/** What `text` tells people to run: the words of each command, and the flags behind them. */
const toldIn = (text: string): { words: string; flags: string[] }[] =>
  [...text.matchAll(/\bstoryarch ((?:[a-z]+)(?: [a-z]+)?)\b([^\n`'"|;)]*)(`?)/g)].flatMap(
    ([, words = '', rest = '', end]) => {
      const [first = '', second] = words.split(' ')
      const named = second !== undefined && GROUPS.has(first) ? words : first
      // Prose goes on after the name in this way too, but neither with flags nor in quotes of its own.
      const isCommand = rest.includes('--') || (end === '`' && /^\\?$/.test(rest))
      if (!flagsOf.has(named)) return isCommand ? [{ words: named, flags: [] }] : []
      // Behind a full stop or an "and" comes something else.
      const [own = ''] = rest.split(/\. | and |, |: /)
      return [{ words: named, flags: own.match(/--[a-z][a-z-]*/g) ?? [] }]
    },
  )

const FILES = [...globSync('src/**/*.{ts,tsx}'), ...globSync('docs/*.md'), 'README.md']

test.each(
  FILES.map(file => [file, toldIn(readFileSync(file, 'utf8'))] as const).filter(
    ([, told]) => told.length > 0,
  ),
)('%s tells to run only what there is', (_, told) => {
  for (const { words, flags } of told) {
    expect([...flagsOf.keys()]).toContain(words)
    for (const flag of flags) expect([...(flagsOf.get(words) ?? [])]).toContain(flag)
  }
})
