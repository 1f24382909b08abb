import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
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
  const found = await Promise.all(
    (Object.keys(ASIDE) as (keyof typeof ASIDE)[]).map(async why => {
      const { Contents = [] } = await aws
        .client(S3Client)
        .send(new ListObjectsV2Command({ Bucket: bucket, Prefix: ASIDE[why] }))
      return Contents.map(({ Key = '', LastModified, Size = 0 }) => ({
        why,
        key: Key,
        atMs: LastModified?.getTime() ?? 0,
        bytes: Size,
      }))
    }),
  )
  return found.flat().sort((a, b) => b.atMs - a.atMs)
}
