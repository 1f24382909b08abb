import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53'
import type { Aws } from '../../../src/resource.ts'

export const ZONE_NAME = 'example.com'

/** A zone for records to stand in. */
export const makeZone = (aws: Aws) =>
  aws
    .client(Route53Client)
    .send(new CreateHostedZoneCommand({ Name: ZONE_NAME, CallerReference: crypto.randomUUID() }))
