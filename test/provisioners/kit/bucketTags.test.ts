import { expect, test } from 'vitest'
import { bucketTags, changeBucketTags } from '../../../src/provisioners/kit/site/bucketTags.ts'
import type { Aws } from '../../../src/resource.ts'

/** A bucket whose tags S3 tells so; `put` is what it is given. */
const tagged = (set: string) => {
  const put: string[] = []
  const s3: Aws['s3'] = async ({ method, body }) => {
    if (method === 'PUT') put.push(String(body))
    return { headers: {}, body: Buffer.from(method === 'GET' ? `<Tagging>${set}</Tagging>` : '') }
  }
  return { aws: { s3 } as Aws, put }
}

test('a tag without a value keeps its neighbours theirs, as S3 writes it', async () => {
  const { aws, put } = tagged(
    '<TagSet><Tag><Key>public</Key><Value/></Tag><Tag><Key>owner</Key><Value>me &amp; you</Value></Tag></TagSet>',
  )
  expect(await bucketTags(aws, 'notes')).toEqual({ public: '', owner: 'me & you' })
  await changeBucketTags(aws, 'notes', tags => ({ ...tags, more: '1' }))
  expect(put.join()).toContain(
    '<Tag><Key>public</Key><Value></Value></Tag><Tag><Key>owner</Key><Value>me &amp; you</Value></Tag>',
  )
})

test('a bucket without tags has none', async () => {
  expect(await bucketTags(tagged('<TagSet/>').aws, 'notes')).toEqual({})
})
