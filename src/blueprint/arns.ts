import type { Manifest } from '../manifest/manifest.ts'
import { ACCOUNT } from '../token.ts'

/**
 * ARNs that account, region and name give away. Written instead of another resource's output they keep two resources
 * independent of each other, so that both can be made at once.
 */
export const arns = ({
  project,
  environment,
  region,
}: Pick<Manifest, 'project' | 'environment' | 'region'>) => {
  const here = (service: string, rest: string) => `arn:aws:${service}:${region}:${ACCOUNT}:${rest}`
  return {
    bucket: (name: string) => `arn:aws:s3:::${name}`,
    cluster: (name: string) => here('ecs', `cluster/${name}`),
    lambda: (name: string) => here('lambda', `function:${name}`),
    logGroup: (name: string) => here('logs', `log-group:${name}`),
    /** The name begins with a slash. */
    parameter: (name: string) => here('ssm', `parameter${name}`),
    repository: (name: string) => here('ecr', `repository/${name}`),
    rule: (name: string) => here('events', `rule/${name}`),
    table: (name: string) => here('dynamodb', `table/${name}`),
    tasks: (cluster: string) => here('ecs', `task/${cluster}/*`),
    taskDefinitions: (family: string) => here('ecs', `task-definition/${family}:*`),
    topic: (name: string) => here('sns', name),
    /** Where storyarch makes its roles, and where one stands that was adopted. Role names are unique in an account. */
    role: (name: string) => [
      `arn:aws:iam::${ACCOUNT}:role/storyarch/${project}/${environment}/${name}`,
      `arn:aws:iam::${ACCOUNT}:role/${name}`,
    ],
  }
}
