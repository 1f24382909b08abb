import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { pack } from 'tar-stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { copyTree } from '../../../../src/emulator/dataplane/tasks/trees.ts'
import { unpackLayer } from '../../../../src/emulator/dataplane/tasks/unpackLayer.ts'

let place: string
let root: string
let count: number
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'storyarch-'))
  root = join(place, 'root')
  mkdirSync(root)
  writeFileSync(join(place, 'outside'), 'untouched')
  count = 0
})
afterEach(() => rmSync(place, { recursive: true, force: true }))

interface Item {
  name: string
  text?: string
  linkname?: string
  type?: 'file' | 'directory' | 'symlink' | 'link' | 'character-device'
  mode?: number
}

const tarOf = (items: readonly Item[]): Promise<Buffer> => {
  const tar = pack()
  for (const { text, ...header } of items) tar.entry(header, text ?? '')
  tar.finalize()
  return buffer(tar)
}

const unpack = async (items: readonly Item[], encode = (bytes: Buffer) => bytes): Promise<void> => {
  const path = join(place, `layer${count++}`)
  writeFileSync(path, encode(await tarOf(items)))
  await unpackLayer(path, root)
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8')

test.each([
  ['plain', (bytes: Buffer) => bytes],
  ['gzip', (bytes: Buffer) => gzipSync(bytes)],
  ['zstd', (bytes: Buffer) => zstdCompressSync(bytes)],
])('a layer of files, folders and links, %s', async (_, encode) => {
  await unpack(
    [
      { name: 'app/', type: 'directory', mode: 0o750 },
      { name: './app/run.sh', text: 'run', mode: 0o755 },
      { name: 'app/same', type: 'link', linkname: 'app/run.sh' },
      { name: 'app/again', type: 'symlink', linkname: 'run.sh' },
      { name: 'app/top', type: 'symlink', linkname: '/app/run.sh' },
      { name: 'dev/null', type: 'character-device' },
    ],
    encode,
  )
  for (const name of ['run.sh', 'same', 'again', 'top']) expect(read(`app/${name}`)).toBe('run')
  expect(statSync(join(root, 'app/run.sh')).mode & 0o777).toBe(0o755)
  expect(existsSync(join(root, 'dev/null'))).toBe(false)
})

test('an upper layer takes away, empties and replaces what lower ones brought', async () => {
  await unpack([
    { name: 'a/gone', text: '1' },
    { name: 'a/stays', text: '1' },
    { name: 'b/old', text: '1' },
    { name: 'c/file', text: '1' },
    { name: 'd', text: '1' },
  ])
  await unpack([
    { name: 'a/.wh.gone' },
    { name: 'b/new', text: '2' },
    { name: 'b/.wh..wh..opq' },
    { name: '.wh.c' },
    { name: 'd/', type: 'directory' },
    { name: 'd/inside', text: '2' },
  ])
  expect(readdirSync(join(root, 'a'))).toEqual(['stays'])
  expect(readdirSync(join(root, 'b'))).toEqual(['new'])
  expect(existsSync(join(root, 'c'))).toBe(false)
  expect(read('d/inside')).toBe('2')
})

test('a layer goes through the links of lower ones, as in the container', async () => {
  await unpack([
    { name: 'usr/lib/x', text: '1' },
    { name: 'lib', type: 'symlink', linkname: '/usr/lib' },
  ])
  await unpack([{ name: 'lib/y', text: '2' }])
  expect(read('usr/lib/y')).toBe('2')
})

test.each([
  ['is the folder above', [{ name: '..', text: 'evil' }]],
  ['is the image', [{ name: './', text: '', type: 'symlink' as const, linkname: 'x' }]],
  ['climbs', [{ name: '../outside', text: 'evil' }]],
  ['climbs from inside', [{ name: 'a/../../outside', text: 'evil' }]],
  ['is absolute', [{ name: '/../outside', text: 'evil' }]],
  [
    'goes through a link',
    [
      { name: 'up', type: 'symlink' as const, linkname: '..' },
      { name: 'up/outside', text: 'evil' },
    ],
  ],
  [
    'writes through a link',
    [
      { name: 'file', type: 'symlink' as const, linkname: '../outside' },
      { name: 'file', text: 'evil' },
    ],
  ],
  ['takes away', [{ name: '../.wh.outside' }]],
  ['takes away by its name', [{ name: '.wh...' }]],
])('a name that %s does not leave the image', async (_, items) => {
  await unpack(items).catch(() => {})
  expect(readFileSync(join(place, 'outside'), 'utf8')).toBe('untouched')
  expect(readdirSync(place).sort()).toEqual(['layer0', 'outside', 'root'])
})

test('a hard link gives nothing of this machine', async () => {
  await expect(unpack([{ name: 'x', type: 'link', linkname: '../outside' }])).rejects.toThrow(/ENOENT/)
  expect(existsSync(join(root, 'x'))).toBe(false)
})

test('no link leads out, whatever it says', async () => {
  await unpack([
    { name: 'a/one', type: 'symlink', linkname: '/etc/passwd' },
    { name: 'a/two', type: 'symlink', linkname: '../../../outside' },
  ])
  expect(readlinkSync(join(root, 'a/one'))).toBe('../etc/passwd')
  expect(readlinkSync(join(root, 'a/two'))).toBe('../outside')
})

test('whatever names and links a layer holds, nothing outside is touched', async () => {
  const part = fc.constantFrom('..', '.', '', 'a', 'b', 'root', 'outside', '.wh.a', '.wh...', '.wh..wh..opq')
  const path = fc.array(part, { minLength: 1, maxLength: 5 }).map(parts => parts.join('/'))
  const item = fc.record({
    name: path.filter(name => name !== ''),
    type: fc.constantFrom('file' as const, 'symlink' as const, 'link' as const, 'directory' as const),
    linkname: path,
  })
  await fc.assert(
    fc.asyncProperty(fc.array(item, { maxLength: 8 }), async items => {
      rmSync(root, { recursive: true, force: true })
      mkdirSync(root)
      await unpack(items).catch(() => {})
      expect(readFileSync(join(place, 'outside'), 'utf8')).toBe('untouched')
      expect(
        readdirSync(place)
          .filter(name => !name.startsWith('layer'))
          .sort(),
      ).toEqual(['outside', 'root'])
    }),
    { numRuns: 150 },
  )
})

test('a copy is whole, and its own', async () => {
  await unpack([
    { name: 'app/run.sh', text: 'run', mode: 0o755 },
    { name: 'app/link', type: 'symlink', linkname: 'run.sh' },
    { name: 'empty/', type: 'directory' },
  ])
  const copy = join(place, 'copy')
  await copyTree(root, copy)
  writeFileSync(join(copy, 'app/run.sh'), 'changed')
  expect(read('app/run.sh')).toBe('run')
  expect(readFileSync(join(copy, 'app/link'), 'utf8')).toBe('changed')
  expect(statSync(join(copy, 'app/run.sh')).mode & 0o777).toBe(0o755)
  expect(existsSync(join(copy, 'empty'))).toBe(true)
})
