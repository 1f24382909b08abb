import type { Aws } from '../../resource.ts'

/** `arn:<partition>:<service>:<region>:<account>:<resource>` in the stack's own account and region. */
export const arnOf = async (aws: Aws, service: string, resource: string): Promise<string> =>
  `arn:${aws.partition}:${service}:${aws.region}:${await aws.account()}:${resource}`

/** Reads the name out of an ARN of `service` whose resource starts with `prefix`; undefined for every other ARN. */
export const nameInArn =
  (service: string, prefix: string) =>
  (arn: string): string | undefined => {
    const [, , itsService, , , ...rest] = arn.split(':')
    const resource = rest.join(':')
    return itsService === service && resource.startsWith(prefix) ? resource.slice(prefix.length) : undefined
  }
