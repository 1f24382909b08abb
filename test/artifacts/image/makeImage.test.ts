import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { dropLayout, layoutFolder, makeImage } from '../../../src/artifacts/image/makeImage.ts'
import type { DockerfileRecipe, Engine, ImageRecipe } from '../../../src/artifacts/image/recipe.ts'
import { sourceOf } from '../../../src/artifacts/image/sourceOf.ts'
import type { Image } from '../../../src/artifacts/oci/image.ts'
import { layerOf, writeLayout } from '../../emulator/registry/ociLayout.ts'
import { noSignal, scratch } from '../registry/images.ts'
import { standIn } from './standIn.ts'
import { configOf, manifestOf, plant, recipeFor, type Tree } from './tree.ts'

const CONTEXT: Tree = { Dockerfile: 'FROM python:3.12-slim\nRUN true\n', 'app.py': 'print(1)' }

const recipeOf = (context: string, more: Partial<DockerfileRecipe> = {}): DockerfileRecipe => ({
  from: 'dockerfile',
  context,
  dockerfile: 'Dockerfile',
  platform: recipeFor('').platform,
  builder: null,
  fallback: null,
  ...more,
})

const withFallback = (context: string, command = ['python3', 'app.py']): DockerfileRecipe =>
  recipeOf(context, { fallback: recipeFor(context, { command }) })

interface Made {
  readonly image: Image
  readonly notes: readonly string[]
  readonly steps: readonly string[]
  readonly workFolder: string
  readonly source: string
}

const make = async (recipe: ImageRecipe, workFolder = scratch()): Promise<Made> => {
  const [notes, steps]: [string[], string[]] = [[], []]
  const source = await sourceOf(recipe, noSignal())
  const image = await makeImage(recipe, {
    source,
    revision: 'abc123',
    workFolder,
    step: text => steps.push(text),
    note: text => notes.push(text),
    signal: noSignal(),
  })
  return { image, notes, steps, workFolder, source }
}

/** A layout as an engine leaves it, to be copied by a stand-in. */
const built = async (content = 'built'): Promise<string> => {
  const folder = scratch()
  writeLayout(folder, [await layerOf({ 'made.txt': content })], ['/made'])
  return folder
}

/** A script that copies `layout` to wherever the command line's last `oci:` word or `dest=` says. */
const buildx = (layout: string): string =>
  `for word in "$@"; do case $word in type=oci,dest=*) dest=\${word#type=oci,dest=}; cp -r ${layout}/. \${dest%,tar=false};; esac; done`

describe('an image', () => {
  test('says what it was made from', async () => {
    const { image, source } = await make(recipeFor(plant({ a: '' })))
    expect(manifestOf(image).annotations).toEqual({
      'dev.storyarch.source': source,
      'org.opencontainers.image.revision': 'abc123',
    })
    const digest = createHash('sha256').update(image.manifest).digest('hex')
    expect(image.descriptor).toMatchObject({ digest: `sha256:${digest}`, size: image.manifest.length })
  })
})

describe('a Dockerfile', () => {
  test('is built by the first engine that works, for the platform, without attestations', async () => {
    const docker = `case "$*" in version|'buildx version') exit 0;; esac\n${buildx(await built())}`
    const { calls } = standIn({ docker, podman: 'exit 0', finch: 'exit 1' })
    const recipe = recipeOf(plant(CONTEXT))
    const { image, steps } = await make(recipe)
    expect(configOf(image).config?.Cmd).toEqual(['/made'])
    expect(steps).toContain('building with docker')
    const [build] = readFileSync(calls, 'utf8').match(/docker buildx build.*/) ?? []
    expect(build).toContain(`--platform ${recipe.platform} --provenance=false --sbom=false`)
  })

  test('is not given to a Docker whose daemon does not answer, nor to one without buildx', async () => {
    for (const docker of ['[ "$1" = version ] && exit 1; exit 0', '[ "$1" = buildx ] && exit 125; exit 0']) {
      const layout = await built()
      const buildah = `[ "$1" = push ] && cp -r ${layout}/. "$(echo "$3" | sed 's/^oci://; s/:latest$//')"; exit 0`
      standIn({ docker, buildah })
      expect((await make(recipeOf(plant(CONTEXT)))).steps).toContain('building with buildah')
    }
  })

  test('goes through `docker save` where Docker keeps its images the old way', async () => {
    const layout = await built()
    const docker = `case "$*" in
      *type=oci*) echo 'ERROR: OCI exporter is not supported for the docker driver.'; exit 1;;
      *--load*) exit 0;;
      save*) tar -cf "$3" -C ${layout} .;;
    esac`
    standIn({ docker })
    const { image, workFolder, source } = await make(recipeOf(plant(CONTEXT)))
    expect(configOf(image).config?.Cmd).toEqual(['/made'])
    expect(existsSync(`${layoutFolder({ workFolder, source })}.tar`)).toBe(false)
  })

  test('that fails to build tells the exit code and the last lines, and nothing falls back', async () => {
    const buildah = '[ "$1" = build ] || exit 0; for i in $(seq 100); do echo "line $i"; done; exit 7'
    standIn({ buildah })
    const error = await make(withFallback(plant(CONTEXT))).catch(String)
    expect(error).toMatch(/buildah could not build Dockerfile: `buildah build` ended with exit code 7/)
    expect(error).toMatch(/\(60 lines before\)\nline 61\n(.*\n)*line 100\nMend what it says/)
  })

  test('for a platform this machine cannot run says what to do', async () => {
    standIn({ podman: '[ "$1" = build ] || exit 0; echo "exec /bin/sh: exec format error"; exit 1' })
    await expect(make(recipeOf(plant(CONTEXT)))).rejects.toThrow(/cannot run linux.*architecture.*qemu/s)
  })

  test('of which the engine makes another platform’s image is refused', async () => {
    const layout = await built()
    standIn({ docker: buildx(layout) })
    const platform = recipeFor('').platform === 'linux/arm64' ? 'linux/amd64' : 'linux/arm64'
    await expect(make(recipeOf(plant(CONTEXT), { platform }))).rejects.toThrow(
      new RegExp(`is built for .*; the manifest wants ${platform}.*architecture`, 's'),
    )
  })

  test('that is missing is named', async () => {
    await expect(make(recipeOf(plant({ a: '' })))).rejects.toThrow(/Dockerfile does not exist/)
  })

  test('without any engine says which were tried', async () => {
    standIn({})
    await expect(make(recipeOf(plant(CONTEXT)))).rejects.toThrow(
      /tried docker, podman, buildah, nerdctl, finch.*files/s,
    )
    await expect(make(recipeOf(plant(CONTEXT), { builder: 'podman' as Engine }))).rejects.toThrow(
      /builder podman, which the manifest names, does not work/,
    )
  })

  test('is not built again after a push that was killed, unless what was left is damaged', async () => {
    const { calls } = standIn({ docker: buildx(await built()) })
    const recipe = recipeOf(plant(CONTEXT))
    const builds = () => readFileSync(calls, 'utf8').match(/docker buildx build/g)?.length
    const { workFolder, source, image } = await make(recipe)
    await make(recipe, workFolder)
    expect(builds()).toBe(1)
    const [blob] = image.blobs
    const [kind = '', name = ''] = blob?.descriptor.digest.split(':') ?? []
    writeFileSync(join(layoutFolder({ workFolder, source }), 'blobs', kind, name), 'damaged')
    await make(recipe, workFolder)
    expect(builds()).toBe(2)
    await dropLayout({ workFolder, source })
    expect(existsSync(layoutFolder({ workFolder, source }))).toBe(false)
    await make(recipe, workFolder)
    expect(builds()).toBe(3)
  })

  test('whose files changed while it was built is not taken for what they were', async () => {
    const context = plant(CONTEXT)
    const { calls } = standIn({ docker: `${buildx(await built())}\necho >> ${join(context, 'app.py')}` })
    const { workFolder } = await make(recipeOf(context))
    writeFileSync(join(context, 'app.py'), 'print(1)')
    await make(recipeOf(context), workFolder)
    expect(readFileSync(calls, 'utf8').match(/docker buildx build/g)).toHaveLength(2)
  })
})

describe('a fallback', () => {
  test('takes the place of a Dockerfile where no engine works, and says so', async () => {
    standIn({})
    const { image, notes } = await make(withFallback(plant(CONTEXT)))
    expect(configOf(image).config?.Cmd).toEqual(['python3', 'app.py'])
    expect(notes).toEqual([
      expect.stringMatching(
        /^No container engine works here.*without Dockerfile.*`python3 app.py` \(backend.local.command\)/,
      ),
    ])
    expect(manifestOf(image).annotations?.['dev.storyarch.fallback']).toMatch(/No container engine/)
  })

  test.each([
    'Error: creating build container: initializing source docker://python:3.12-slim: pinging container registry registry-1.docker.io: Get "https://registry-1.docker.io/v2/": dial tcp: no such host',
    'ERROR: failed to solve: python:3.12-slim: failed to resolve source metadata for docker.io/library/python:3.12-slim: dial tcp: i/o timeout',
    'Error: short-name "python:3.12-slim" did not resolve to an alias and no unqualified-search registries are defined',
  ])('takes its place where the base image cannot be reached: %s', async message => {
    standIn({ buildah: `[ "$1" = build ] || exit 0; echo '${message}'; exit 125` })
    const { image, notes } = await make(withFallback(plant(CONTEXT)))
    expect(configOf(image).config?.Cmd).toEqual(['python3', 'app.py'])
    expect(notes[0]).toMatch(/buildah could not build Dockerfile.*without Dockerfile/)
  })

  test('left by a killed push is never taken for the Dockerfile’s own image', async () => {
    const context = plant(CONTEXT)
    standIn({ buildah: '[ "$1" = build ] || exit 0; echo pinging container registry; exit 1' })
    const { workFolder } = await make(withFallback(context))
    standIn({
      buildah: `[ "$1" = push ] && cp -r ${await built()}/. "$(echo "$3" | sed 's/^oci://; s/:latest$//')"; exit 0`,
    })
    expect(configOf((await make(withFallback(context), workFolder)).image).config?.Cmd).toEqual(['/made'])
  })
})

describe('unfinished layouts', () => {
  test('are forgotten after a day, and nothing else in the folder is', async () => {
    const workFolder = scratch()
    const names = ['0123456789abcdef', 'fedcba9876543210', '0123456789abcde0.tar', 'notes']
    for (const name of names) mkdirSync(join(workFolder, name))
    const old = Date.now() / 1000 - 90_000
    for (const name of names.filter(name => !name.startsWith('fed')))
      utimesSync(join(workFolder, name), old, old)
    await make(recipeFor(plant({ a: '' })), workFolder)
    expect(names.filter(name => existsSync(join(workFolder, name)))).toEqual(['fedcba9876543210', 'notes'])
  })
})

describe('a source', () => {
  const of = (recipe: ImageRecipe) => sourceOf(recipe, noSignal())

  test('is the same wherever and whenever the files lie', async () => {
    expect(await of(recipeOf(plant(CONTEXT)))).toBe(await of(recipeOf(plant(CONTEXT, scratch(), 5))))
    expect(await of(recipeFor(plant(CONTEXT)))).toBe(await of(recipeFor(plant(CONTEXT, scratch(), 5))))
  })

  test.each<[string, Tree]>([
    ['a changed file', { ...CONTEXT, 'app.py': 'print(2)' }],
    ['a new file', { ...CONTEXT, 'new.py': '' }],
    ['a renamed file', { Dockerfile: CONTEXT['Dockerfile'] ?? '', 'app2.py': 'print(1)' }],
    ['a file made executable', { ...CONTEXT, 'app.py': { script: 'print(1)' } }],
    ['another Dockerfile', { ...CONTEXT, Dockerfile: 'FROM scratch' }],
  ])('is another with %s', async (_, tree) => {
    for (const recipe of [recipeOf, recipeFor])
      expect(await of(recipe(plant(tree)))).not.toBe(await of(recipe(plant(CONTEXT))))
  })

  test('does not mind what is ignored, but the Dockerfile counts even then', async () => {
    const tree: Tree = { ...CONTEXT, '.dockerignore': 'Dockerfile\nlogs\n' }
    const before = await of(recipeOf(plant(tree)))
    expect(
      await of(recipeOf(plant({ ...tree, 'logs/a': '1', '.git/HEAD': '2', '.storyarch/local/x': '3' }))),
    ).toBe(before)
    expect(await of(recipeOf(plant({ ...tree, Dockerfile: 'FROM scratch' })))).not.toBe(before)
  })

  test('does not mind what storyarch keeps beside a manifest that lies deeper in the context', async () => {
    const tree: Tree = { ...CONTEXT, 'deploy/storyarch.yaml': '' }
    for (const recipe of [recipeOf, recipeFor])
      expect(await of(recipe(plant({ ...tree, 'deploy/.storyarch/local/x': '3' })))).toBe(
        await of(recipe(plant(tree))),
      )
  })

  test('is another with other settings', async () => {
    const files = plant(CONTEXT)
    const sources = await Promise.all(
      [
        {},
        { command: ['x'] },
        { user: 'me' },
        { base: 'node:24' },
        { environment: { A: '1' } },
        { target: '/x' },
      ].map(more => of(recipeFor(files, more))),
    )
    expect(new Set(sources).size).toBe(6)
  })

  test('of a Dockerfile with a fallback is another once an engine works', async () => {
    const recipe = withFallback(plant(CONTEXT))
    standIn({})
    const without = await of(recipe)
    expect(await of(withFallback(recipe.context, ['other']))).not.toBe(without)
    standIn({ podman: 'exit 0' })
    const engine = await of(recipe)
    expect(engine).not.toBe(without)
    standIn({ buildah: 'exit 0' })
    expect(await of(recipe)).toBe(engine)
    rmSync(join(recipe.context, 'app.py'))
    expect(await of(recipe)).not.toBe(engine)
  })
})
