import type { OriginAccessControlProps } from '../../../src/provisioners/originAccessControl.ts'
import type { Sample } from '../contract.ts'

export const originAccessControlSample: Sample<OriginAccessControlProps> = {
  prepare: async () => ({
    name: 'contract-test-sample',
    props: { originType: 's3', signing: { behavior: 'always', protocol: 'sigv4' } },
    variants: { originType: 'lambda', signing: { behavior: 'never', protocol: 'sigv4' } },
  }),
}
