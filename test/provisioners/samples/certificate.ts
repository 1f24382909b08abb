import type { CertificateProps } from '../../../src/provisioners/certificate.ts'
import type { Sample } from '../contract.ts'
import { makeZone, ZONE_NAME } from './hostedZone.ts'

export const certificateSample: Sample<CertificateProps> = {
  async prepare(aws) {
    await makeZone(aws)
    return {
      name: `app.${ZONE_NAME}@us-east-1`,
      props: {
        names: { domain: `app.${ZONE_NAME}`, aliases: [`www.${ZONE_NAME}`] },
        validation: { zone: ZONE_NAME, present: true },
      },
      variants: {
        names: { domain: `app.${ZONE_NAME}`, aliases: [] },
        validation: { zone: ZONE_NAME, present: false },
      },
      tags: { 'storyarch:zone': ZONE_NAME },
    }
  },
  lacks: { moto: { names: 'on a loaded moto the replacement is at times not shown within half a minute' } },
}
