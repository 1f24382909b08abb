import type { GlobalFlags } from './flags.ts'

type Told = Pick<GlobalFlags, 'manifest' | 'environment' | 'local' | 'profile' | 'region'>

/** A command to copy that acts on the same stack as the one that runs. */
export const commandLine = (name: string, flags: Told, more: readonly string[] = []): string => {
  const named = (flag: string, value: string | null) => (value === null ? [] : [flag, quoted(value)])
  return [
    'storyarch',
    name,
    ...(flags.local ? ['--local'] : []),
    ...named('-m', flags.manifest),
    ...named('-e', flags.environment),
    ...named('--profile', flags.profile),
    ...named('--region', flags.region),
    ...more.map(quoted),
  ].join(' ')
}

/** `word` as a POSIX shell takes it for one word. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
