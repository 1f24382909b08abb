import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { findManifest } from '../../src/manifest/findManifest.ts'

describe('which manifest is meant', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'storyarch-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const put = async (...names: string[]) => {
    for (const name of names) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), '')
    }
  }

  test('the one that is named, there or not', async () => {
    await put('storyarch.yaml')
    expect(await findManifest('other.yaml', folder)).toBe('other.yaml')
  })

  test('storyarch.yaml, whatever else there is', async () => {
    await put('storyarch.yaml', 'manifests/a.yaml', 'manifests/b.yaml')
    expect(await findManifest(null, folder)).toBe(join(folder, 'storyarch.yaml'))
  })

  test('the only one in manifests/', async () => {
    await put('manifests/a.yml', 'manifests/README.md')
    expect(await findManifest(null, folder)).toBe(join(folder, 'manifests', 'a.yml'))
  })

  test('of several in manifests/ none: they are listed', async () => {
    await put('manifests/b.yaml', 'manifests/a.yaml')
    const error = (await findManifest(null, folder).catch((error: unknown) => error)) as UserError
    expect(error).toBeInstanceOf(UserError)
    const [a, b] = [join(folder, 'manifests', 'a.yaml'), join(folder, 'manifests', 'b.yaml')]
    expect(error.fact).toBe(`There are 2 manifests:\n  ${a}\n  ${b}`)
    expect(error.nextAct).toBe(`Name the one you mean: -m ${a}`)
  })

  test('without any, how to get one', async () => {
    const error = (await findManifest(null, folder).catch((error: unknown) => error)) as UserError
    expect(error).toBeInstanceOf(UserError)
    expect(error.nextAct).toContain('-m FILE')
  })
})
