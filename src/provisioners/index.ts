import type { Lookup, Outputs, Provisioner } from '../resource.ts'
import { alarm } from './alarm.ts'
import { apiDomain } from './apiDomain.ts'
import { bucket } from './bucket.ts'
import { bucketContents } from './bucketContents.ts'
import { budget } from './budget.ts'
import { certificate } from './certificate.ts'
import { cloudfrontFunction } from './cloudfrontFunction.ts'
import { cluster } from './cluster.ts'
import { distribution } from './distribution.ts'
import { dnsRecord } from './dnsRecord.ts'
import { eventRule } from './eventRule.ts'
import { hostedZone } from './hostedZone.ts'
import { httpApi } from './httpApi.ts'
import { image } from './image.ts'
import { lambdaFunction } from './lambdaFunction.ts'
import { logGroup } from './logGroup.ts'
import { network } from './network.ts'
import { originAccessControl } from './originAccessControl.ts'
import { repository } from './repository.ts'
import { role } from './role.ts'
import { secret } from './secret.ts'
import { securityGroup } from './securityGroup.ts'
import { table } from './table.ts'
import { taskDefinition } from './taskDefinition.ts'
import { topic } from './topic.ts'

/** Every kind by its name. (TypeScript cannot see that the engine hands each provisioner its own props back.) */
export const provisioners = {
  alarm,
  apiDomain,
  bucket,
  bucketContents,
  budget,
  certificate,
  cloudfrontFunction,
  cluster,
  distribution,
  dnsRecord,
  eventRule,
  httpApi,
  image,
  lambdaFunction,
  logGroup,
  originAccessControl,
  repository,
  role,
  securityGroup,
  table,
  taskDefinition,
  topic,
} as unknown as Readonly<Record<string, Provisioner<object, Outputs>>>

export const lookups = { hostedZone, network, secret } as unknown as Readonly<
  Record<string, Lookup<object, Outputs>>
>
