import type { DnsRecordProps } from '../../../src/provisioners/dnsRecord.ts'
import type { Sample } from '../contract.ts'
import { makeZone, ZONE_NAME } from './hostedZone.ts'

const CLOUDFRONT_ZONE = 'Z2FDTNDATAQYW2'

export const dnsRecordSample: Sample<DnsRecordProps> = {
  async prepare(aws) {
    await makeZone(aws)
    return {
      name: `app.${ZONE_NAME}@${ZONE_NAME}`,
      props: { alias: { target: 'D111.cloudfront.net', targetZone: CLOUDFRONT_ZONE, ipv6: true } },
      variants: { alias: { target: 'd222.cloudfront.net', targetZone: CLOUDFRONT_ZONE, ipv6: false } },
      tags: { 'storyarch:zone': ZONE_NAME },
    }
  },
}
