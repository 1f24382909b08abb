import { mkdir, rm } from 'node:fs/promises'
import { UserError } from '../../errors.ts'
import type { Image } from '../oci/image.ts'
import { readLayout } from '../oci/layout.ts'
import type { Ran } from '../run.ts'
import { engineHere, runEngine } from './engineHere.ts'
import { type Command, engines } from './engines.ts'
import { platformOf } from './platform.ts'
import { type DockerfileRecipe, ENGINES, type Engine } from './recipe.ts'

interface Building {
  step(text: string): void
  readonly signal: AbortSignal
}

/** It is this machine that cannot build the Dockerfile, whatever it says; `why` tells what is missing. */
export interface Unbuilt {
  readonly why: UserError
}

const SHOWN_LINES = 40

/** What Buildah and Podman (the first three) and BuildKit say of a base image they cannot fetch. */
const NO_BASE =
  /pinging container registry|initializing source docker:|did not resolve to an alias|failed to resolve source metadata|failed to do request|failed to fetch (anonymous|oauth) token/i
/** What Buildah says where it has nothing to run a container with, or may not. */
const NO_CONTAINERS = /exec: no command|executable file not found in \$PATH.*(crun|runc)|unshare\(CLONE_/i
/** A processor that this one neither is nor emulates. */
const FOREIGN = /exec format error/i

/**
 * Builds a Dockerfile with the engine named, or the first that works, into an OCI layout at `layout`.
 * Throws UserError when the build fails (with its last lines and its exit code), and when it is for another platform than
 * wished.
 */
export const buildDockerfile = async (
  recipe: DockerfileRecipe,
  layout: string,
  { step, signal }: Building,
): Promise<Image | Unbuilt> => {
  const engine = await engineHere(recipe.builder, recipe.context, signal)
  if (engine === null) return { why: noEngine(recipe.builder) }
  step(`building with ${engine}`)
  const { ways, refused } = engines[engine]
  let failure: Failure | null = null
  for (const commands of ways(recipe, layout)) {
    await empty(layout)
    failure = await firstFailure(commands, command => runEngine(recipe.context, command, step, signal))
    if (failure === null || refused?.test(failure.output) !== true) break
  }
  await rm(`${layout}.tar`, { force: true })
  if (failure === null) return readLayout(layout, platformOf(recipe.platform))
  const why = failed(engine, recipe, failure)
  if (NO_BASE.test(failure.output) || NO_CONTAINERS.test(failure.output)) return { why }
  throw why
}

const empty = async (layout: string): Promise<void> => {
  await rm(layout, { recursive: true, force: true })
  await mkdir(layout, { recursive: true })
}

interface Failure {
  readonly command: Command
  readonly code: number | null
  readonly output: string
}

const firstFailure = async (
  commands: readonly Command[],
  run: (command: Command) => Promise<Ran | null>,
): Promise<Failure | null> => {
  for (const command of commands) {
    const ran = await run(command)
    if (ran === null) return { command, code: null, output: `There is no ${command[0]} here.` }
    if (ran.code !== 0) return { command, ...ran }
  }
  return null
}

const noEngine = (named: Engine | null): UserError =>
  new UserError(
    named === null
      ? `No container engine works here: tried ${ENGINES.join(', ')}.`
      : `The builder ${named}, which the manifest names, does not work here.`,
    named === null
      ? 'Install or start one of them, or use `image: { files: … }`, which needs none.'
      : 'Install or start it, or leave `builder` out to use the first that works.',
  )

const failed = (engine: Engine, recipe: DockerfileRecipe, { command, code, output }: Failure): UserError => {
  const lines = output.split('\n')
  const shown = lines.slice(-SHOWN_LINES)
  const cut = lines.length > shown.length ? [`… (${lines.length - shown.length} lines before)`] : []
  const ended = code === null ? 'was ended' : `ended with exit code ${code}`
  return new UserError(
    `${engine} could not build ${recipe.dockerfile}: \`${command.slice(0, 2).join(' ')}\` ${ended}.\n${[...cut, ...shown].join('\n')}`,
    FOREIGN.test(output)
      ? `This machine cannot run ${recipe.platform}: change \`architecture\` in the manifest, or install an emulator (qemu-user-static).`
      : 'Mend what it says, then run the same command again.',
  )
}
