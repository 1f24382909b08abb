import type { CloudfrontFunctionProps } from '../../../src/provisioners/cloudfrontFunction.ts'
import type { Sample } from '../contract.ts'

export const cloudfrontFunctionSample: Sample<CloudfrontFunctionProps> = {
  prepare: async () => ({
    name: 'contract-test-sample',
    props: {
      definition: {
        code: 'function handler(event) { return event.request }',
        runtime: 'cloudfront-js-2.0',
        comment: 'sample',
      },
    },
    variants: {
      definition: {
        code: "function handler(event) { event.request.uri = '/'; return event.request }",
        runtime: 'cloudfront-js-2.0',
        comment: 'somebody else',
      },
    },
  }),
}
