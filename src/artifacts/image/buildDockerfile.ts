import { mkdir, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { UserError } from '../../errors.ts'
import type { Image } from '../oci/image.ts'
import { readLayout } from '../oci/layout.ts'
import { type Ran, run } from '../run.ts'
import { type Command, engines } from './engines.ts'
import { platformOf } from './platform.ts'
import { type DockerfileRecipe, ENGINES, type Engine } from './recipe.ts'

interface Building {
  step(text: string): void
  readonly signal: AbortSignal
}

const DETECTION_MS = 5_000
const SHOWN_LINES = 40

const runIn = (
  folder: string,
  [program, ...words]: Command,
  { step, signal }: Building,
): Promise<Ran | null> => run(program, words, { folder, env: process.env, line: step, signal })

/** The engines that work here, in their order, asked at once. */
const working = async (
  folder: string,
  candidates: readonly Engine[],
  { signal }: Building,
): Promise<Engine[]> => {
  const asked = await Promise.all(
    candidates.map(async engine => {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(DETECTION_MS)])
      const ran = await runIn(folder, engines[engine].works, { step: () => {}, signal: deadline }).catch(
        () => null,
      )
      return ran?.code === 0
    }),
  )
  signal.throwIfAborted()
  return candidates.filter((_, index) => asked[index])
}

/**
 * Builds a Dockerfile with the engine named, or the first that works, into an OCI layout at `layout`.
 * Throws UserError when there is none, when the build fails (with its last lines), and for another platform than wished.
 */
export const buildDockerfile = async (
  recipe: DockerfileRecipe,
  layout: string,
  building: Building,
): Promise<Image> => {
  const [engine] = await working(
    recipe.context,
    recipe.builder === null ? ENGINES : [recipe.builder],
    building,
  )
  if (engine === undefined) throw noEngine(recipe.builder)
  await rm(layout, { recursive: true, force: true })
  await mkdir(layout, { recursive: true })
  building.step(`building with ${engine}`)
  for (const command of engines[engine].build(recipe, layout, `storyarch-build:${basename(layout)}`)) {
    const ran = await runIn(recipe.context, command, building)
    if (ran?.code !== 0) throw failed(engine, command, ran)
  }
  return readLayout(layout, platformOf(recipe.platform))
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

const failed = (engine: Engine, [program, ...words]: Command, ran: Ran | null): UserError => {
  const lines = (ran?.output ?? '').split('\n')
  const shown = lines.slice(-SHOWN_LINES)
  const cut = lines.length > shown.length ? [`… (${lines.length - shown.length} lines before)`] : []
  return new UserError(
    `${engine} could not build the image: \`${program} ${words[0]}\` ended with exit code ${ran?.code ?? 'none'}.\n${[...cut, ...shown].join('\n')}`,
    'Mend what it says, then run the same command again.',
  )
}
