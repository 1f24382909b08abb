import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../errors.ts'
import { fileTree, treeDigest } from '../fileTree.ts'
import { run } from '../run.ts'
import type { FromSources, SiteBuild } from './recipe.ts'
import { buildSource } from './siteSource.ts'

export interface Building {
  step(text: string): void
  readonly signal: AbortSignal
}

/** Says of which sources the output folder was built, and what was in it then. */
interface Stamp {
  readonly source: string
  readonly output: string
}

const SHOWN_LINES = 40

/**
 * The folder with the site's files, built when the sources or the output are not those of the last build.
 * Throws UserError when a command fails (with its last lines and its exit code) and when it makes no output folder.
 */
export const builtFolder = async (
  { folder, workFolder }: FromSources,
  build: SiteBuild,
  building: Building,
): Promise<string> => {
  const output = join(folder, build.output)
  const stampFile = join(workFolder, 'site-built.json')
  const source = await buildSource(folder, build)
  const stamp = await stampIn(stampFile)
  if (stamp?.source === source && stamp.output === (await outputDigest(output))) return output
  for (const command of [build.install, build.command])
    if (command !== null && command.trim() !== '') await perform(command, folder, building)
  const made = await stat(output).catch(() => null)
  if (made === null || !made.isDirectory())
    throw new UserError(
      `\`${build.command}\` ended well and made no folder ${output}.`,
      'Set `frontend.build.output` in the manifest to the folder it writes.',
    )
  await mkdir(workFolder, { recursive: true })
  // Whole or not at all: half a stamp would be taken for none, half a build for a whole one.
  const fresh: Stamp = { source, output: (await outputDigest(output)) ?? '' }
  await writeFile(`${stampFile}.new`, JSON.stringify(fresh))
  await rename(`${stampFile}.new`, stampFile)
  return output
}

const stampIn = async (file: string): Promise<Stamp | null> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Stamp
  } catch {
    return null
  }
}

const outputDigest = async (output: string): Promise<string | null> => {
  try {
    return await treeDigest(output, await fileTree(output, () => false))
  } catch {
    return null
  }
}

const SHELL: readonly [string, ...string[]] =
  process.platform === 'win32' ? ['cmd', '/d', '/s', '/c'] : ['sh', '-c']

const perform = async (command: string, folder: string, { step, signal }: Building): Promise<void> => {
  step(command)
  const [shell, ...words] = SHELL
  const ran = await run(shell, [...words, command], { folder, env: plainEnvironment(), line: step, signal })
  if (ran?.code === 0) return
  const lines = (ran?.output ?? '').split('\n')
  const shown = lines.slice(-SHOWN_LINES)
  const cut = lines.length > shown.length ? [`… (${lines.length - shown.length} lines before)`] : []
  throw new UserError(
    `\`${command}\` in ${folder} ended with exit code ${ran?.code ?? 'none'}.\n${[...cut, ...shown].join('\n')}`,
    'Mend what it says, then run the same command again; nothing was uploaded.',
    ran?.code ? { exitCode: ran.code } : {},
  )
}

/** Ours, but for NODE_ENV: `production` makes npm leave the build's own tools out, and each tool sets what it needs. */
const plainEnvironment = (): NodeJS.ProcessEnv => {
  const { NODE_ENV: _ours, ...rest } = process.env
  return rest
}
