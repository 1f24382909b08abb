import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { localFiles } from '../../../src/artifacts/site/localFiles.ts'
import { siteFiles } from '../../../src/artifacts/site/siteFiles.ts'
import { UserError } from '../../../src/errors.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storyarch-site-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const paths = () => siteFiles(folder).map(({ path }) => path)

describe('the files to serve', () => {
  test('are all but what is never meant for visitors', async () => {
    await mkdir(join(folder, '.well-known'))
    await mkdir(join(folder, '.git'))
    await mkdir(join(folder, 'node_modules'))
    for (const path of [
      'index.html',
      '.well-known/security.txt',
      '.env',
      '.env.production',
      '.DS_Store',
      '.git/HEAD',
      'package.json',
      'node_modules/x.js',
    ])
      await writeFile(join(folder, path), 'x')
    expect(paths()).toEqual(['.well-known/security.txt', 'index.html', 'package.json'])
  })

  test('are also those that a build put under the name of the packages they came from', async () => {
    const font = 'assets/node_modules/@expo/vector-icons/Ionicons.b4eb097d35f44ed943676fd56f6bdc51.ttf'
    await mkdir(join(folder, dirname(font)), { recursive: true })
    for (const path of ['index.html', font]) await writeFile(join(folder, path), 'x')
    expect(paths()).toEqual([font, 'index.html'])
  })

  test('are found behind links that stay inside, files and folders', async () => {
    await mkdir(join(folder, 'real'))
    await writeFile(join(folder, 'real/a.txt'), 'abc')
    await symlink('real/a.txt', join(folder, 'link.txt'))
    await symlink('real', join(folder, 'folder'))
    expect(paths()).toEqual(['folder/a.txt', 'link.txt', 'real/a.txt'])
    expect(siteFiles(folder)[1]?.size).toBe(3)
  })

  test.each([
    ['out of the folder', '/etc/hostname', /leaves the folder: it leads to \/etc\/hostname/],
    ['to nothing', 'missing.txt', /does not exist/],
    ['to itself', 'link', /leads back to itself/],
    ['to the folder it lies in', '.', /it has no end/],
  ])('a link %s is refused', async (_what, target, fact) => {
    await writeFile(join(folder, 'index.html'), 'x')
    await symlink(target, join(folder, 'link'))
    expect(() => siteFiles(folder)).toThrow(UserError)
    expect(() => siteFiles(folder)).toThrow(fact)
  })

  test('what is neither file nor folder is refused', () => {
    spawnSync('mkfifo', [join(folder, 'pipe')])
    expect(() => siteFiles(folder)).toThrow('neither a file nor a folder nor a link')
  })

  test('an empty folder and a missing one are refused', () => {
    expect(() => siteFiles(folder)).toThrow('holds no files to serve')
    expect(() => siteFiles(join(folder, 'dist'))).toThrow('does not exist')
  })

  test('a name that is not UTF-8, one too long for S3, and one of ours are refused', async () => {
    await writeFile(Buffer.concat([Buffer.from(`${folder}/bad`), Buffer.from([0xff, 0xfe])]), 'x')
    expect(() => siteFiles(folder)).toThrow('not UTF-8')
    await rm(folder, { recursive: true })
    const deep = Array.from({ length: 5 }, () => 'n'.repeat(210)).join('/')
    await mkdir(join(folder, deep), { recursive: true })
    await writeFile(join(folder, deep, 'a.txt'), 'x')
    expect(() => siteFiles(folder)).toThrow('more than 1024 bytes')
    await rm(folder, { recursive: true })
    await mkdir(folder)
    await writeFile(join(folder, 'storyarch.json'), '{}')
    expect(() => siteFiles(folder)).toThrow('storyarch serves beside the app')
  })

  test('a file and a folder that cannot be read are named', async () => {
    await writeFile(join(folder, 'secret.txt'), 'x')
    await mkdir(join(folder, 'closed'))
    await chmod(folder, 0o755)
    const read = () => localFiles(folder, { signal: new AbortController().signal, holds: false, known: null })
    await asNobody(async () => {
      await expect(read()).resolves.toBeInstanceOf(Map)
    })
    await chmod(join(folder, 'secret.txt'), 0)
    await asNobody(() => expect(read()).rejects.toThrow(/secret\.txt cannot be read: EACCES/))
    await chmod(join(folder, 'closed'), 0)
    await asNobody(() => expect(read()).rejects.toThrow(/closed cannot be read: EACCES/))
  })
})

/** Root may read everything; for the time of `act` this process is somebody else. */
const asNobody = async (act: () => Promise<void>): Promise<void> => {
  if (process.geteuid?.() !== 0) return act()
  process.seteuid?.(65_534)
  try {
    await act()
  } finally {
    process.seteuid?.(0)
  }
}
