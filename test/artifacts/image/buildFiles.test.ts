import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { buildFiles } from '../../../src/artifacts/image/buildFiles.ts'
import type { FilesRecipe } from '../../../src/artifacts/image/recipe.ts'
import type { Image } from '../../../src/artifacts/oci/image.ts'
import { push } from '../../../src/artifacts/registry/push.ts'
import { RegistryClient } from '../../emulator/registry/registryClient.ts'
import { Running } from '../../emulator/running.ts'
import { credentialsIn, noSignal, registryAt, scratch } from '../registry/images.ts'
import { configOf, layersOf, manifestOf, plant, recipeFor, type Tree } from './tree.ts'

const build = (files: string, more: Partial<FilesRecipe> = {}): Promise<Image> =>
  buildFiles(recipeFor(files, more), scratch(), noSignal())

const namesIn = async (image: Image): Promise<string[][]> =>
  (await layersOf(image)).map(layer => [...layer.keys()])

describe('an image of files', () => {
  test('has the files under the target, owned by root and dated 1970', async () => {
    const image = await build(
      plant({ 'main.js': 'hello', bin: { script: '#!/bin/sh' }, 'lib/a': { link: '../main.js' } }),
    )
    const [layer] = await layersOf(image)
    expect(
      [...(layer ?? [])].map(([name, { header, content }]) => [
        name,
        header.type,
        header.mode?.toString(8),
        header.linkname ?? content,
      ]),
    ).toEqual([
      ['app/', 'directory', '755', ''],
      ['app/bin', 'file', '755', '#!/bin/sh'],
      ['app/lib/', 'directory', '755', ''],
      ['app/lib/a', 'symlink', '777', '../main.js'],
      ['app/main.js', 'file', '644', 'hello'],
    ])
    for (const { header } of layer?.values() ?? [])
      expect(header).toMatchObject({ uid: 0, gid: 0, mtime: new Date(0) })
  })

  test('runs as the recipe says', async () => {
    const image = await build(plant({ a: '' }), {
      command: ['node', 'x'],
      environment: { A: '1', B: 'x=y' },
      user: '1000',
      target: '/srv/app',
    })
    expect(configOf(image)).toMatchObject({
      os: 'linux',
      architecture: image.platform.architecture,
      config: { Cmd: ['node', 'x'], Env: ['A=1', 'B=x=y'], User: '1000', WorkingDir: '/srv/app' },
    })
  })

  test('keeps what packages install in a layer of its own, so that a changed file of the app changes one layer', async () => {
    const tree = {
      'app.js': '1',
      'node_modules/x/index.js': 'x',
      'web/node_modules/y.js': 'y',
      'vendored.js': '',
      '.venv/lib/z.py': '',
    }
    const before = await build(plant(tree))
    expect(await namesIn(before)).toEqual([
      [
        'app/',
        'app/.venv/',
        'app/.venv/lib/',
        'app/.venv/lib/z.py',
        'app/node_modules/',
        'app/node_modules/x/',
        'app/node_modules/x/index.js',
        'app/web/node_modules/',
        'app/web/node_modules/y.js',
      ],
      ['app/', 'app/app.js', 'app/vendored.js', 'app/web/'],
    ])
    const after = await build(plant({ ...tree, 'app.js': '2' }))
    const digests = (image: Image) => manifestOf(image).layers.map(({ digest }) => digest)
    expect(digests(after)[0]).toBe(digests(before)[0])
    expect(digests(after)[1]).not.toBe(digests(before)[1])
  })

  test('leaves out what .dockerignore names, and .git', async () => {
    const tree = {
      '.dockerignore': '*.log\nsecret\n!keep.log\n',
      'a.log': '',
      'keep.log': '',
      'secret/key': '',
      '.git/HEAD': '',
      'src/a.log': '',
      'src/main.js': '',
    }
    const [names] = await namesIn(await build(plant(tree)))
    expect(names).toEqual([
      'app/',
      'app/.dockerignore',
      'app/keep.log',
      'app/src/',
      'app/src/a.log',
      'app/src/main.js',
    ])
  })

  test('takes the letters and signs of .dockerignore as they are, as Docker does', async () => {
    const tree = {
      '.dockerignore': 'Build\nc++\napp/(draft)\napp/{old|new}\n*.[lL]og\n\\(kept\n',
      'build/main.js': '',
      'Build/main.js': '',
      'c++/a.cc': '',
      'app/(draft)/page.js': '',
      'app/draft/page.js': '',
      'app/{old|new}': '',
      'app/old': '',
      'a.Log': '',
      '(kept': '',
    }
    const [names] = await namesIn(await build(plant(tree)))
    expect(names?.filter(name => !name.endsWith('/'))).toEqual([
      'app/.dockerignore',
      'app/app/draft/page.js',
      'app/app/old',
      'app/build/main.js',
    ])
  })

  test.each([
    ['spaces and signs', 'a b+c#d?e&f%20.txt'],
    ['letters of all alphabets', 'žluťoučký/кůň/馬.txt'],
    ['a path of more than 100 bytes', `${'long/'.repeat(30)}end.txt`],
    ['a name of more than 100 bytes', `${'n'.repeat(200)}.txt`],
    ['a name of 255 bytes in a deep folder', `${'deeper/'.repeat(40)}${'ž'.repeat(125)}.txt`],
    ['a newline', 'two\nlines'],
    ['a backslash', 'back\\slash'],
  ])('keeps %s in a name', async (_, path) => {
    const [layer] = await layersOf(await build(plant({ [path]: 'content' })))
    expect(layer?.get(`app/${path}`)?.content).toBe('content')
  })

  test('keeps files of 0 bytes and of many, to the byte', async () => {
    const large = Buffer.alloc(3_500_001, 'abcdefg')
    const [layer] = await layersOf(
      await build(
        plant({
          empty: '',
          large,
          edge: Buffer.alloc(256 << 10, 'e'),
          over: Buffer.alloc((256 << 10) + 1, 'o'),
        }),
      ),
    )
    expect(layer?.get('app/empty')?.content).toBe('')
    expect(layer?.get('app/large')?.content === large.toString()).toBe(true)
    expect(layer?.get('app/edge')?.content.length).toBe(256 << 10)
    expect(layer?.get('app/over')?.content.length).toBe((256 << 10) + 1)
  })

  test('may be empty', async () => {
    expect(await namesIn(await build(plant({})))).toEqual([['app/']])
  })

  const name = fc.stringMatching(/^[a-zA-Z0-9 +#?é馬._-]{1,12}$/).filter(name => !/^\.{1,2}$/.test(name))
  const path = fc
    .array(fc.oneof(name, fc.constantFrom('node_modules', 'src')), { minLength: 1, maxLength: 4 })
    .map(names => names.join('/'))
  const trees = fc
    .dictionary(path, fc.oneof(fc.string(), fc.constant({ script: '#!/bin/sh' })), { maxKeys: 12 })
    // A path cannot be a file and a folder.
    .map(tree =>
      Object.fromEntries(
        Object.entries(tree).filter(([one]) => !Object.keys(tree).some(other => other.startsWith(`${one}/`))),
      ),
    )

  test('is the same in two places, at two times, whatever order and mask its files were written with', async () => {
    await fc.assert(
      fc.asyncProperty(trees, fc.infiniteStream(fc.nat()), async (tree, order) => {
        const first = await build(plant(tree as Tree))
        const shuffled = Object.entries(tree)
          .map(entry => [order.next().value, entry] as const)
          .sort(([a], [b]) => a - b)
        const mask = process.umask(0o077)
        const folder = plant(
          Object.fromEntries(shuffled.map(([, entry]) => entry)) as Tree,
          scratch(),
          1_700_000_000,
        )
        process.umask(mask)
        const second = await build(folder)
        expect(second.descriptor).toEqual(first.descriptor)
      }),
      { numRuns: 40 },
    )
  })
})

describe('links', () => {
  test.each([
    ['../outside', 'up and out'],
    ['src/../../outside', 'out in a roundabout way'],
    ['/home/me/file', 'to a place of this machine'],
  ])('that lead to %s are refused: %s', async target => {
    const folder = plant({ src: { link: target } })
    await expect(build(folder)).rejects.toThrow(/The link src .* leads out of the folder.*\.dockerignore/s)
  })

  test('that lead to their own folder by its absolute path are refused', async () => {
    const folder = plant({ real: '' })
    plant({ link: { link: join(folder, 'real') } }, folder)
    await expect(build(folder)).rejects.toThrow(/leads out of the folder/)
  })

  test('that are ignored are nobody’s concern', async () => {
    const folder = plant({ '.dockerignore': 'src', src: { link: '../outside' }, a: '' })
    expect((await namesIn(await build(folder)))[0]).not.toContain('app/src')
  })

  test('to the image’s own system or target stay as they are', async () => {
    const links = {
      '.venv/bin/python': { link: '/usr/bin/python3' },
      current: { link: '/app/releases/1' },
      self: { link: '.' },
    }
    const layers = await layersOf(await build(plant(links)))
    expect(layers[0]?.get('app/.venv/bin/python')?.header.linkname).toBe('/usr/bin/python3')
    expect(layers[1]?.get('app/current')?.header.linkname).toBe('/app/releases/1')
  })

  test('are never followed', async () => {
    const folder = plant({ 'real/file': 'x', again: { link: 'real' } })
    const [names] = await namesIn(await build(folder))
    expect(names).toEqual(['app/', 'app/again', 'app/real/', 'app/real/file'])
  })
})

describe('files that cannot be packed', () => {
  test('a folder that is not there', async () => {
    await expect(build(join(scratch(), 'nowhere'))).rejects.toThrow(/nowhere does not exist.*manifest/s)
  })

  test('a socket', async () => {
    const folder = plant({ a: '' })
    const server = createServer().listen(join(folder, 'socket'))
    await new Promise(resolve => server.once('listening', resolve))
    await expect(build(folder)).rejects.toThrow(
      /socket is neither a file nor a folder nor a link.*ignore it/s,
    )
    server.close()
  })

  test.each(['file', 'folder'])('a %s nobody may read', async what => {
    const folder = plant({ a: '' })
    chmodSync(folder, 0o755)
    if (what === 'file') writeFileSync(join(folder, 'locked'), 'x')
    else mkdirSync(join(folder, 'locked'))
    chmodSync(join(folder, 'locked'), 0)
    const layout = scratch()
    chmodSync(layout, 0o777)
    // The superuser may read everything.
    const superuser = process.getuid?.() === 0
    if (superuser) process.seteuid?.(65534)
    try {
      await expect(buildFiles(recipeFor(folder), layout, noSignal())).rejects.toThrow(
        /locked cannot be read: EACCES.*right/s,
      )
    } finally {
      if (superuser) process.seteuid?.(0)
    }
  })

  test.each([
    ['shrinks', 100],
    ['grows', 6_000_000],
  ])('one that %s while it is read', async (_, size) => {
    const folder = plant({ aaa: randomBytes(20 << 20), log: Buffer.alloc(5_000_000, 'y') })
    const layout = scratch()
    const building = buildFiles(recipeFor(folder), layout, noSignal())
    // The tree has been listed once there is a blob; the first file keeps it busy for a while.
    await vi.waitUntil(
      () => existsSync(join(layout, 'blobs/sha256')) && readdirSync(join(layout, 'blobs/sha256')).length > 0,
      { interval: 2 },
    )
    truncateSync(join(folder, 'log'), size)
    await expect(building).rejects.toThrow(/log changed while it was read.*again/s)
  })
})

describe('upon a base image', () => {
  let aws: Running
  let app: RegistryClient
  let host: string

  beforeAll(async () => {
    aws = await Running.start()
    app = await RegistryClient.create(aws, 'base')
    host = new URL(app.origin).host
    const { username, password } = credentialsIn(app.credentials)
    const folder = plantLogin(host, `${username}:${password}`)
    process.env['DOCKER_CONFIG'] = folder
  })

  afterAll(async () => {
    delete process.env['DOCKER_CONFIG']
    await aws.stop()
  })

  const plantLogin = (host: string, pair: string): string => {
    const folder = join(aws.folder, 'docker')
    const auths = { [host]: { auth: Buffer.from(pair).toString('base64') } }
    return plant({ 'config.json': JSON.stringify({ auths }) }, folder)
  }

  const pushBase = async (more: Partial<FilesRecipe> = {}): Promise<Image> => {
    const image = await build(plant({ 'base.txt': 'base' }), {
      target: '/base',
      command: ['/base/run'],
      environment: { PATH: '/bin', A: 'base' },
      user: 'nobody',
      ...more,
    })
    const registry = registryAt(host, app.credentials)
    await push(image, { registry, repository: 'base', tags: ['v1'], step: () => {} })
    registry.close()
    return image
  }

  test('has its layers first, its settings where the recipe has none, and says what it stands on', async () => {
    const base = await pushBase()
    const image = await build(plant({ mine: '' }), {
      base: `${host}/base:v1`,
      command: [],
      environment: { A: 'mine' },
    })
    const [below] = manifestOf(base).layers
    expect(manifestOf(image).layers[0]).toEqual(below)
    expect(manifestOf(image).annotations).toEqual({
      'org.opencontainers.image.base.digest': base.descriptor.digest,
      'org.opencontainers.image.base.name': `${host}/base:v1`,
    })
    expect(configOf(image)).toMatchObject({
      config: { Cmd: ['/base/run'], Env: ['PATH=/bin', 'A=mine'], User: 'nobody', WorkingDir: '/app' },
      rootfs: { diff_ids: [configOf(base).rootfs?.diff_ids[0], expect.any(String)] },
    })
    expect(configOf(image).history).toHaveLength(2)
  })

  test('is pushed with the base’s layers mounted, when both are in one registry', async () => {
    await pushBase()
    await RegistryClient.create(aws, 'upon')
    const image = await build(plant({ mine: '' }), { base: `${host}/base:v1` })
    const registry = registryAt(host, app.credentials)
    expect(await push(image, { registry, repository: 'upon', tags: ['v1'], step: () => {} })).toMatchObject({
      sent: 1,
      mounted: 1,
    })
    registry.close()
  })

  test('changes none of the folders every Linux has', async () => {
    await pushBase()
    const tree = { 'etc/app.conf': '', 'lib/x.so': '', 'tmp/y': '', 'srv/app/z': '' }
    const image = await build(plant(tree), { base: `${host}/base:v1`, target: '/' })
    expect((await namesIn(image))[1]).toEqual(['etc/app.conf', 'lib/x.so', 'srv/app/', 'srv/app/z', 'tmp/y'])
    const deeper = await build(plant({ a: '' }), { base: `${host}/base:v1`, target: '/usr/src/app' })
    expect((await namesIn(deeper))[1]).toEqual(['usr/src/', 'usr/src/app/', 'usr/src/app/a'])
  })

  test('of another platform is refused before anything is packed', async () => {
    const other = recipeFor('').platform === 'linux/arm64' ? 'linux/amd64' : 'linux/arm64'
    await pushBase({ platform: other })
    await expect(build(plant({ a: '' }), { base: `${host}/base:v1` })).rejects.toThrow(
      new RegExp(`is built for ${other}; the manifest wants .*architecture`, 's'),
    )
  })

  test('that is not there is named', async () => {
    await expect(build(plant({ a: '' }), { base: `${host}/base:none` })).rejects.toThrow(/base:none.*404/)
  })
})
