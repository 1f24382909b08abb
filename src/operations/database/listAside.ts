import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3'
import type { Aws } from '../../resource.ts'
import type { Backend } from '../backend.ts'

/** Folders of the bucket in which the agent keeps what must not replace the database. */
export const ASIDE = { conflict: 'conflicts/', broken: 'quarantine/' } as const

/** A database that was put aside. */
export interface Aside {
  readonly why: keyof typeof ASIDE
  readonly key: string
  readonly atMs: number
  readonly bytes: number
}

/** All that was put aside, the latest first. */
export const listAside = async (aws: Aws, { bucket }: Backend['database']): Promise<Aside[]> => {
  const reasons = Object.keys(ASIDE) as (keyof typeof ASIDE)[]
  const found = await Promise.all(reasons.map(why => listFolder(aws, bucket, why)))
  return found.flat().sort((a, b) => b.atMs - a.atMs)
}

/** To the last page: the names begin with the time, so the latest come last. */
const listFolder = async (aws: Aws, bucket: string, why: keyof typeof ASIDE): Promise<Aside[]> => {
  const found: Aside[] = []
  const pages = paginateListObjectsV2(
    { client: aws.client(S3Client) },
    { Bucket: bucket, Prefix: ASIDE[why] },
  )
  for await (const { Contents = [] } of pages)
    for (const { Key = '', LastModified, Size = 0 } of Contents)
      found.push({ why, key: Key, atMs: LastModified?.getTime() ?? 0, bytes: Size })
  return found
}
