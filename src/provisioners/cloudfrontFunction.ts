import type { Outputs } from '../resource.ts'

/** name: unique in the account. Live only once published. */
export interface CloudfrontFunctionProps {
  definition: { code: string; runtime: 'cloudfront-js-2.0'; comment: string }
}

export interface CloudfrontFunctionOut extends Outputs {
  arn: string
}
