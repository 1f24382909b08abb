import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BatchDeleteImageCommand, DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr'
import { expect, test } from 'vitest'
import type { AwsSession } from '../../src/aws/createAws.ts'
import { type ImageContentRecipe, image } from '../../src/provisioners/image.ts'
import { storedImage } from '../../src/provisioners/kit/storedImage.ts'
import { repository } from '../../src/provisioners/repository.ts'
import { making } from './making.ts'
import { onFreshAws } from './onFreshAws.ts'

const NAME = 'notes-backend'
const OLD = '1111111111111111111111111111111111111111'
const NEW = '2222222222222222222222222222222222222222-dirty'

const source = (letter: string) => ({ content: { source: letter.repeat(64) } })

/** Ships `text` as the app's one file, from `revision`. */
const ship = async (aws: AwsSession, text: string, letter: string, revision: string) => {
  const files = await mkdtemp(join(tmpdir(), 'storyarch-image-'))
  await writeFile(join(files, 'server.js'), text)
  const recipe: ImageContentRecipe = {
    revision,
    image: {
      from: 'files',
      files,
      target: '/app',
      base: null,
      command: ['node', 'server.js'],
      environment: {},
      user: null,
      platform: 'linux/amd64',
    },
    workFolder: `${files}-work`,
  }
  await image.create(aws, NAME, source(letter), {}, making(recipe))
  await rm(files, { recursive: true })
  return read(aws)
}

const read = async (aws: AwsSession) => {
  const live = await image.read(aws, NAME)
  if (live === undefined) throw new Error('no image stands')
  return live
}

const tagsOf = async (aws: AwsSession): Promise<Record<string, string[]>> => {
  const { imageDetails = [] } = await aws
    .client(ECRClient)
    .send(new DescribeImagesCommand({ repositoryName: NAME }))
  return Object.fromEntries(
    imageDetails.map(({ imageDigest = '', imageTags = [] }) => [imageDigest, [...imageTags].sort()]),
  )
}

const withTwo = (act: (aws: AwsSession, old: string, young: string) => Promise<void>) =>
  onFreshAws(async aws => {
    await repository.create(aws, NAME, { mutability: 'MUTABLE', retention: null }, {}, making())
    const { out: old } = await ship(aws, 'old', 'a', OLD)
    const { out: young } = await ship(aws, 'new', 'b', NEW)
    await act(aws, old.digest, young.digest)
  })

test('bears the commit it was made of, marked when that was dirty, and the newest is `latest`', () =>
  withTwo(async (aws, old, young) => {
    expect(await tagsOf(aws)).toEqual({ [old]: [OLD], [young]: [NEW, 'latest'] })
    expect((await read(aws)).out).toMatchObject({ digest: young, revision: NEW })
  }))

test.each([
  ['its digest', (digest: string) => digest],
  ['the start of its digest', (digest: string) => digest.slice(0, 20)],
  ['its commit', () => OLD],
  ['the start of its commit', () => OLD.slice(0, 7)],
])('one that was pushed before comes back by %s, and nothing is sent', (_, nameOf) =>
  withTwo(async (aws, old, young) => {
    const stored = await storedImage(aws, NAME, nameOf(old))
    expect(stored).toEqual({ digest: old, source: 'a'.repeat(64), revision: OLD })
    const recipe: ImageContentRecipe = {
      revision: stored.revision,
      image: { from: 'stored', digest: stored.digest },
      workFolder: '/nowhere',
    }
    const change = image.change.content
    if (typeof change !== 'function') throw new Error('content cannot be changed')
    await change(aws, await read(aws), source('a'), making(recipe))
    expect((await read(aws)).out).toMatchObject({ digest: old, revision: OLD })
    expect(await tagsOf(aws)).toEqual({ [old]: [OLD, 'latest'], [young]: [NEW] })
  }),
)

test('one that is not stored is refused, with those that are', () =>
  withTwo(async (aws, old, young) => {
    const refusal = storedImage(aws, NAME, '3333333')
    await expect(refusal).rejects.toThrow(/notes-backend has no image 3333333/)
    await expect(refusal).rejects.toThrow(old)
    await expect(refusal).rejects.toThrow(young)
    await expect(storedImage(aws, 'elsewhere', OLD)).rejects.toThrow('None is stored.')
  }))

test('a name that fits two images is refused, with both', () =>
  withTwo(async (aws, old, young) => {
    const refusal = storedImage(aws, NAME, 'sha256:')
    await expect(refusal).rejects.toThrow(/could be more than one/)
    await expect(refusal).rejects.toThrow(new RegExp(`${old}[^]*${young}|${young}[^]*${old}`))
  }))

test('deleted behind our back, it is not there', () =>
  withTwo(async (aws, _old, young) => {
    const imageIds = [{ imageDigest: young }]
    await aws.client(ECRClient).send(new BatchDeleteImageCommand({ repositoryName: NAME, imageIds }))
    expect(await image.read(aws, NAME)).toBeUndefined()
  }))
