import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { AnyCommand, CommandGroup } from '../../src/cli/command.ts'
import { commands } from '../../src/cli/commands/index.ts'
import { exitCode } from '../../src/cli/exitCode.ts'
import { globalOptions } from '../../src/cli/flags.ts'
import { helpTexts } from '../../src/cli/program.ts'
import { longFlag } from './longFlag.ts'

const text = readFileSync('docs/commands.md', 'utf8')

/** What stands under `## <heading>`. */
const section = (heading: string): string =>
  text.split(/^## /m).find(part => part.startsWith(`${heading}\n`)) ?? ''

const leaves = (thing: AnyCommand | CommandGroup): readonly AnyCommand[] =>
  'commands' in thing ? thing.commands : [thing]

describe('docs/commands.md', () => {
  test.each(globalOptions.map(({ flags }) => longFlag(flags)))('explains %s', flag => {
    expect(section('Flags every command knows')).toMatch(new RegExp(`\`${flag}[ \`]`))
  })

  test.each(commands.map(thing => [thing.name, thing] as const))(
    'explains %s with every flag of its own and an example',
    (name, thing) => {
      expect(section(name)).toContain(`\n    `)
      expect(section(name)).toContain(`storyarch ${name}`)
      for (const command of leaves(thing)) {
        if (command !== thing) expect(section(name)).toContain(`\`${name} ${command.name}\``)
        for (const { flags } of command.options)
          expect(section(name)).toMatch(new RegExp(`\`${longFlag(flags)}[ \`]`))
      }
    },
  )

  test.each(Object.values(exitCode))('explains exit code %i', code => {
    expect(section('Exit codes')).toContain(`\n| ${code} |`)
  })
})

describe('--help', () => {
  test.each(Object.entries(helpTexts()))('of "%s" gives an example', (_words, help) => {
    expect(help).toMatch(/\nExamples:\n {2}\S/)
  })
})
