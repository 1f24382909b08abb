import type { Outputs } from '../resource.ts'

/** A lookup: a secret or parameter somebody else keeps; its value is never read. */
export interface SecretQuery {
  /** `secretsmanager:<name>` or `ssm:<name>`. */
  reference: string
}

export interface SecretOut extends Outputs {
  arn: string
}
