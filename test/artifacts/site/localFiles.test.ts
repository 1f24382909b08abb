import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bodyOf, type LocalFile, localFiles } from '../../../src/artifacts/site/localFiles.ts'
import { UserError } from '../../../src/errors.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storyarch-local-'))
  await writeFile(join(folder, 'a.txt'), 'one')
  await writeFile(join(folder, 'b.txt'), 'one')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const signal = new AbortController().signal

test('what a run knows of a file is used as long as nobody wrote to it, and no longer', async () => {
  const read = await localFiles(folder, { signal, holds: true, known: null })
  await writeFile(join(folder, 'b.txt'), 'two')
  const again = await localFiles(folder, { signal, holds: true, known: path => read.get(path) })
  expect(again.get('a.txt')).toBe(read.get('a.txt'))
  expect(again.get('b.txt')?.hash).not.toBe(read.get('b.txt')?.hash)
  const [a, b] = [again.get('a.txt'), again.get('b.txt')]
  expect(a && bodyOf(a)).toEqual(Buffer.from('one'))
  expect(b && bodyOf(b)).toEqual(Buffer.from('two'))
})

test('a file that changed its length before it is sent is refused', async () => {
  const read = await localFiles(folder, { signal, holds: false, known: null })
  await writeFile(join(folder, 'a.txt'), 'longer than before')
  const a = read.get('a.txt')
  expect(() => a && bodyOf(a)).toThrow('changed while it was read or uploaded')
})

test('a file that is gone before it is sent is named, a large one too', async () => {
  await writeFile(join(folder, 'a.txt'), Buffer.alloc(1 << 20))
  const read = await localFiles(folder, { signal, holds: false, known: null })
  await rm(join(folder, 'a.txt'))
  await rm(join(folder, 'b.txt'))
  const sent = async (path: string): Promise<void> => {
    const body = bodyOf(read.get(path) as LocalFile)
    if (!(body instanceof Uint8Array)) for await (const _chunk of body.open());
  }
  for (const path of ['a.txt', 'b.txt']) await expect(sent(path)).rejects.toThrow(UserError)
})
