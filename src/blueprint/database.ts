import { derivedNames } from '../manifest/names.ts'
import type { Policy } from '../policy.ts'
import type { BucketProps } from '../provisioners/bucket.ts'
import type { Desired } from '../resource.ts'
import { arns } from './arns.ts'
import { bucketOf, httpsOnly, RULE } from './buckets.ts'
import { policy, wish } from './kit.ts'
import type { WithBackend } from './withBackend.ts'

/** The bucket SQLite's database is kept in between two tasks; every state it ever had is a version. */
export const database = (manifest: WithBackend): Desired[] => {
  const { bucket, keep } = manifest.database
  const common = bucketOf(manifest.region)
  return [
    wish<BucketProps>('bucket', 'database', bucket, {
      ...common,
      versioning: true,
      policy: guard(manifest),
      lifecycle: [
        ...common.lifecycle,
        // Delete markers stay: they tell a deleted database from one that never was.
        { ...RULE, id: 'keep-versions', noncurrentDays: keep.days, noncurrentKeep: keep.versions || null },
      ],
    }),
  ]
}

/** No version goes but by the lifecycle rule or by the owner, whatever rights the task's role may be given. */
const guard = (manifest: WithBackend): Policy => {
  const arn = arns(manifest).bucket(manifest.database.bucket)
  const { taskRole } = derivedNames(manifest.project, manifest.environment)
  return policy(
    {
      Sid: 'DenyTaskDelete',
      Effect: 'Deny',
      // Named in a condition: as a principal S3 would refuse a role it has not heard of yet.
      Principal: '*',
      Action: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
      Resource: [`${arn}/*`],
      Condition: { ArnEquals: { 'aws:PrincipalArn': arns(manifest).role(taskRole) } },
    },
    httpsOnly(arn),
  )
}
