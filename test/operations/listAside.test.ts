import { ListObjectsV2Command, type ListObjectsV2CommandInput, S3Client } from '@aws-sdk/client-s3'
import { mockClient } from 'aws-sdk-client-mock'
import { expect, test } from 'vitest'
import { listAside } from '../../src/operations/database/listAside.ts'
import type { Aws } from '../../src/resource.ts'

test('what was put aside last is found behind a thousand earlier ones', async () => {
  const s3 = new S3Client({ region: 'us-east-1' })
  const object = (Key: string, atMs: number) => ({ Key, Size: 1, LastModified: new Date(atMs) })
  mockClient(s3)
    .on(ListObjectsV2Command)
    .callsFake(({ Prefix, ContinuationToken }: ListObjectsV2CommandInput) => {
      if (Prefix !== 'conflicts/') return {}
      return ContinuationToken === undefined
        ? { Contents: [object('conflicts/first', 1)], IsTruncated: true, NextContinuationToken: 'more' }
        : { Contents: [object('conflicts/last', 2)], IsTruncated: false }
    })
  const aws = { client: () => s3 } as unknown as Aws
  expect(await listAside(aws, { bucket: 'b', key: 'k' })).toEqual([
    { why: 'conflict', key: 'conflicts/last', atMs: 2, bytes: 1 },
    { why: 'conflict', key: 'conflicts/first', atMs: 1, bytes: 1 },
  ])
})
