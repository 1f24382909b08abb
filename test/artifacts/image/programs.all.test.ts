import { execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  cpSync,
  globSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { build as bundle } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contextFiles } from '../../../src/artifacts/image/context.ts'
import { makeImage } from '../../../src/artifacts/image/makeImage.ts'
import type { DockerfileRecipe, ImageRecipe } from '../../../src/artifacts/image/recipe.ts'
import { sourceOf } from '../../../src/artifacts/image/sourceOf.ts'
import { push } from '../../../src/artifacts/registry/push.ts'
import { missing } from '../../emulator/awsCli.ts'
import { shell } from '../../emulator/registry/ociLayout.ts'
import { type DebianRegistry, openDebianRegistry } from '../registry/debianRegistry.ts'
import { noSignal, registryAt, scratch } from '../registry/images.ts'
import { openBuildahHome } from './buildahHome.ts'
import { manifestOf, plant, recipeFor, type Tree } from './tree.ts'

const run = promisify(execFile)
const withoutRegistry = missing('docker-registry', '--version')
const withoutSkopeo = withoutRegistry ?? missing('skopeo', '--version')
const withoutHtpasswd = withoutSkopeo ?? missing('htpasswd', '-nbB', 'a', 'b')
const withoutBuildah = withoutRegistry ?? missing('buildah', '--version')
const withoutDjango = withoutBuildah ?? missing('/usr/bin/python3', '-c', 'import django')

const sh = (): Tree => Object.fromEntries(Object.entries(shell()).map(([path, script]) => [path, { script }]))

const ship = async (recipe: ImageRecipe, host: string, repository: string, pair: string | null = null) => {
  const notes: string[] = []
  const source = await sourceOf(recipe, noSignal())
  const making = { source, revision: null, workFolder: scratch(), step: () => {}, signal: noSignal() }
  const image = await makeImage(recipe, { ...making, note: text => notes.push(text) })
  const authorization = pair && `Basic ${Buffer.from(pair).toString('base64')}`
  const registry = registryAt(host, authorization)
  const pushed = await push(image, { registry, repository, tags: ['v1', 'latest'], step: () => {} })
  registry.close()
  return { image, pushed, notes }
}

const dockerfileIn = (context: string, more: Partial<DockerfileRecipe> = {}): DockerfileRecipe => ({
  ...{ from: 'dockerfile', context, dockerfile: 'Dockerfile', platform: recipeFor('').platform },
  ...{ builder: 'buildah', fallback: null, ...more },
})

describe.skipIf(withoutHtpasswd)(withoutHtpasswd ?? 'skopeo and a registry with passwords', () => {
  let registry: DebianRegistry

  beforeAll(async () => {
    registry = await openDebianRegistry(
      execFileSync('htpasswd', ['-nbB', 'me', 'pass:word'], { encoding: 'utf8' }),
    )
  })
  afterAll(() => registry.close())

  const skopeo = async (...words: string[]): Promise<string> => (await run('skopeo', words)).stdout

  test('inspects, lists and copies what was pushed with a name and a password', async () => {
    const { image } = await ship(
      recipeFor(plant({ 'app.js': 'x', 'node_modules/y': 'y' })),
      registry.host,
      'team/app',
      'me:pass:word',
    )
    const access = ['--tls-verify=false', '--creds', 'me:pass:word']
    const found = JSON.parse(await skopeo('inspect', ...access, `docker://${registry.host}/team/app:latest`))
    expect(found).toMatchObject({
      Digest: image.descriptor.digest,
      Architecture: image.platform.architecture,
      Os: 'linux',
    })
    expect(found.RepoTags.sort()).toEqual(['latest', 'v1'])
    expect(found.Layers).toEqual(manifestOf(image).layers.map(({ digest }) => digest))
    const folder = join(scratch(), 'copy')
    const from = ['--src-tls-verify=false', '--src-creds', 'me:pass:word']
    await skopeo('copy', ...from, `docker://${registry.host}/team/app:v1`, `oci:${folder}:v1`)
    const { manifests } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'))
    expect(manifests[0].digest).toBe(image.descriptor.digest)
  })

  test('is told of a wrong password', async () => {
    await expect(ship(recipeFor(plant({ a: '' })), registry.host, 'app', 'me:wrong')).rejects.toThrow(
      /401.*credentials/s,
    )
  })

  test('an image skopeo pushed in Docker’s own format is a base like any other', async () => {
    const { image } = await ship(
      recipeFor(plant({ 'etc/base': '' }), { target: '/' }),
      registry.host,
      'oci',
      'me:pass:word',
    )
    const [from, to] = ['src', 'dest'].map(end => [
      `--${end}-tls-verify=false`,
      `--${end}-creds`,
      'me:pass:word',
    ])
    await skopeo(
      'copy',
      '--format',
      'v2s2',
      ...(from ?? []),
      ...(to ?? []),
      `docker://${registry.host}/oci:v1`,
      `docker://${registry.host}/docker:v1`,
    )
    const login = { auths: { [registry.host]: { auth: Buffer.from('me:pass:word').toString('base64') } } }
    process.env['DOCKER_CONFIG'] = plant({ 'config.json': JSON.stringify(login) })
    const upon = await ship(
      recipeFor(plant({ mine: '' }), { base: `${registry.host}/docker:v1` }),
      registry.host,
      'upon',
      'me:pass:word',
    )
    delete process.env['DOCKER_CONFIG']
    expect(upon.pushed).toMatchObject({ sent: 1, mounted: 1 })
    expect(manifestOf(upon.image).layers.map(({ mediaType }) => mediaType)).toEqual(
      Array(2).fill('application/vnd.oci.image.layer.v1.tar+gzip'),
    )
    expect(manifestOf(upon.image).layers[0]?.digest).toBe(manifestOf(image).layers[0]?.digest)
  })
})

describe.skipIf(withoutBuildah)(withoutBuildah ?? 'buildah', () => {
  let registry: DebianRegistry
  let home: { close(): void }

  beforeAll(async () => {
    registry = await openDebianRegistry(null)
    home = openBuildahHome([registry.host])
  })
  afterAll(async () => {
    home.close()
    await registry.close()
  })

  const buildah = async (...words: string[]): Promise<string> => (await run('buildah', words)).stdout.trim()

  const runIn = async (repository: string, ...command: string[]): Promise<string> => {
    const container = await buildah('from', '--pull-always', `${registry.host}/${repository}:v1`)
    return buildah('run', container, '--', ...command)
  }

  test('runs an image of files', async () => {
    const name = `${'long folder/'.repeat(12)}žluťoučký+kůň #1?.txt`
    const tree = {
      ...sh(),
      [name]: 'read me',
      link: { link: name },
      say: { script: '#!/bin/sh\nread line < /link; echo "$line $A"' },
    }
    const recipe = recipeFor(plant(tree), {
      target: '/',
      command: ['/say'],
      environment: { A: 'in the image' },
    })
    await ship(recipe, registry.host, 'files')
    expect(await runIn('files', '/say')).toBe('read me in the image')
  })

  test('runs an image of files upon a base, pushed in its turn', async () => {
    await ship(recipeFor(plant(sh()), { target: '/' }), registry.host, 'base')
    const recipe = recipeFor(plant({ 'app.sh': 'echo upon a base' }), {
      base: `${registry.host}/base:v1`,
      user: '1000',
    })
    const { pushed } = await ship(recipe, registry.host, 'upon')
    expect(pushed).toMatchObject({ sent: 1, mounted: 1 })
    expect(await runIn('upon', '/bin/sh', 'app.sh')).toBe('upon a base')
  })

  test('builds a Dockerfile, which our uploader pushes; unchanged, it is there already', async () => {
    const tree: Tree = {
      ...sh(),
      Dockerfile: 'FROM scratch\nCOPY . /\nRUN echo made here > /made\nCMD ["/bin/sh"]\n',
      '.dockerignore': 'Dockerfile',
    }
    const recipe = dockerfileIn(plant(tree))
    expect((await ship(recipe, registry.host, 'built')).pushed.sent).toBeGreaterThan(0)
    expect(await runIn('built', '/bin/sh', '-c', 'read line < /made; echo $line')).toBe('made here')
    expect((await ship(recipe, registry.host, 'built')).pushed).toMatchObject({ sent: 0, bytesSent: 0 })
  })

  test('tells of a step that fails', async () => {
    const recipe = dockerfileIn(
      plant({ ...sh(), Dockerfile: 'FROM scratch\nCOPY . /\nRUN echo so far; exit 9\n' }),
      { fallback: recipeFor('/nowhere') },
    )
    await expect(
      ship({ ...recipe, fallback: recipeFor(recipe.context) }, registry.host, 'fails'),
    ).rejects.toThrow(/`buildah build` ended with exit code \d.*so far.*exit status 9/s)
  })

  test('cannot reach a base, and the fallback takes its place', async () => {
    const context = plant({ Dockerfile: 'FROM registry.invalid/library/python:3.12\n', 'app.py': '' })
    const recipe = dockerfileIn(context, { fallback: recipeFor(context, { command: ['python3', 'app.py'] }) })
    const { notes } = await ship(recipe, registry.host, 'fallback')
    expect(notes[0]).toMatch(/buildah could not build Dockerfile.*python3 app.py/)
    await expect(ship({ ...recipe, fallback: null }, registry.host, 'fallback')).rejects.toThrow(
      /no such host|registry.invalid/,
    )
  })

  test('sees of a context what we see', async () => {
    const files = [
      'a.log',
      'keep.log',
      'src/a.log',
      'src/b.txt',
      'src/deep/c.txt',
      'build/out',
      'docs/x.md',
      'docs/y.txt',
      '#hash',
      'with space/x',
      'sub/build/out',
    ]
    const ignores = [
      '*.log\n!keep.log',
      '**/*.log',
      'src',
      'src/',
      '/src',
      'src/*\n!src/b.txt',
      '*\n!src',
      'docs/*.md\nbuild',
      '# comment\n\\#hash',
      '**/build',
      'with space',
      '*\n!docs/**/*.md',
      'src/**\n!src/deep/c.txt',
      '  build  \n\n',
      '?.log',
      '[ak]*.log',
      './build',
      'docs/../src',
      'SRC\n*.LOG',
    ]
    const seen = async (context: string): Promise<string[]> => {
      await buildah('build', '--tag', 'seen', context)
      const mounted = await buildah('from', 'localhost/seen')
      const root = await buildah('mount', mounted)
      return globSync('**/*', { cwd: join(root, 'all'), withFileTypes: true })
        .filter(entry => !entry.isDirectory())
        .map(entry => join(entry.parentPath, entry.name).slice(join(root, 'all').length + 1))
        .sort()
    }
    for (const text of ignores) {
      const tree = Object.fromEntries(files.map(name => [name, 'x']))
      const context = plant({
        ...tree,
        Dockerfile: 'FROM scratch\nCOPY . /all/\n',
        '.dockerignore': text,
        always: '',
      })
      // Always there, so that there is something to copy.
      writeFileSync(join(context, '.dockerignore'), `${text}\n!always\n`)
      const ours = (await contextFiles(context, 'Dockerfile'))
        // Buildah never copies its ignore file, Docker does.
        .filter(({ kind, path }) => kind !== 'folder' && path !== '.dockerignore')
        .map(({ path }) => path)
      expect({ text, files: ours.sort() }).toEqual({ text, files: await seen(context) })
    }
  })

  test.skipIf(withoutDjango)(
    withoutDjango ?? 'builds the Django example upon a base named by an argument, and runs it',
    async () => {
      const root = scratch()
      const libraries = (file: string) => {
        try {
          return execFileSync('ldd', [file], { encoding: 'utf8' }).match(/\/\S+/g) ?? []
        } catch {
          return []
        }
      }
      const copy = (path: string) => {
        mkdirSync(dirname(join(root, path)), { recursive: true })
        cpSync(path, join(root, path), {
          recursive: true,
          dereference: true,
          filter: from => !/__pycache__|\/locale\/(?!en\/)\w+\/LC_MESSAGES|python3\.\d+\/test\//.test(from),
        })
      }
      const python = execFileSync(
        '/usr/bin/python3',
        [
          '-c',
          'import os,sys,sysconfig;print(os.path.realpath(sys.executable), sysconfig.get_path("stdlib"))',
        ],
        { encoding: 'utf8' },
      ).trim()
      const [binary = '', stdlib = ''] = python.split(' ')
      const modules = ['django', 'sqlparse', 'asgiref', 'pytz'].map(
        name => `/usr/lib/python3/dist-packages/${name}`,
      )
      const dynamic = globSync(join(stdlib, 'lib-dynload', '*.so'))
      const users = ['/usr/sbin/useradd', '/etc/login.defs', '/usr/share/zoneinfo']
      const programs = [binary, ...dynamic, '/usr/sbin/useradd']
      for (const path of new Set([binary, stdlib, ...modules, ...users, ...programs.flatMap(libraries)]))
        copy(path)
      for (const folder of ['home', 'tmp', 'etc/skel']) mkdirSync(join(root, folder), { recursive: true })
      writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n')
      writeFileSync(join(root, 'etc/group'), 'root:x:0:\n')
      cpSync(binary, join(root, 'usr/bin/python3'))
      plant(sh(), root)
      await ship(
        recipeFor(root, { target: '/', environment: { PATH: '/usr/bin:/bin:/usr/sbin' } }),
        registry.host,
        'python',
      )

      const context = scratch()
      cpSync(join(import.meta.dirname, '../../../examples/storyarchitect/backend'), context, {
        recursive: true,
      })
      const dockerfile = readFileSync(join(context, 'Dockerfile'), 'utf8')
      writeFileSync(
        join(context, 'Dockerfile'),
        dockerfile.replace(/^ARG BASE=.*$/m, `ARG BASE=${registry.host}/python:v1`),
      )
      const { image } = await ship(dockerfileIn(context), registry.host, 'django')
      expect(manifestOf(image).layers.length).toBeGreaterThan(1)
      expect(await runIn('django', 'sh', '-c', 'DJANGO_DEBUG=1 python3 manage.py check')).toContain(
        'no issues',
      )
    },
  )
})

describe.skipIf(withoutRegistry)(withoutRegistry ?? 'a layer of 1 GB', () => {
  const bundled = async (script: string): Promise<string> => {
    const outfile = join(scratch(), 'script.mjs')
    const banner = {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    }
    await bundle({ entryPoints: [script], outfile, bundle: true, platform: 'node', format: 'esm', banner })
    return outfile
  }

  const fill = (path: string, megabytes: number, block: () => Buffer): void => {
    const file = openSync(path, 'w')
    for (let written = 0; written < megabytes; written += 4) writeSync(file, block())
    closeSync(file)
  }

  const shipped = async (folder: string) => {
    const registry = await openDebianRegistry(null)
    const script = await bundled(join(import.meta.dirname, 'shipFolder.ts'))
    const { stdout } = await run(process.execPath, [script, folder, scratch(), registry.host, 'large'])
    await registry.close()
    return JSON.parse(stdout)
  }

  test('is packed and pushed within 150 MB of memory', async () => {
    const folder = scratch()
    const text = Buffer.alloc(4 << 20, 'what repeats itself is packed fast; ')
    fill(join(folder, 'text'), 1024, () => text)
    fill(join(folder, 'noise'), 64, () => randomBytes(4 << 20))
    const { sent, bytesSent, peakKiB } = await shipped(folder)
    expect({ sent, large: bytesSent > 64 << 20 }).toEqual({ sent: 1, large: true })
    expect(peakKiB * 1024).toBeLessThan(150e6)
  })
})
