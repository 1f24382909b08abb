import type { CertificateChoice, Manifest } from '../manifest/manifest.ts'
import type { CertificateProps } from '../provisioners/certificate.ts'
import type { Desired } from '../resource.ts'
import { wish, zoneTag } from './kit.ts'

interface Named {
  readonly domain: string | null
  readonly aliases?: readonly string[]
  readonly certificate: CertificateChoice | null
}

/** The certificate requested for a domain, when the manifest names none that exists. */
export const certificate = (
  { dns }: Manifest,
  logical: string,
  { domain, aliases = [], certificate }: Named,
  region: string,
): Desired[] =>
  domain === null || dns === null || certificate !== 'auto'
    ? []
    : [
        wish<CertificateProps>(
          'certificate',
          logical,
          `${domain}@${region}`,
          {
            names: { domain, aliases: [...aliases] },
            validation: { zone: dns.zone, present: true },
          },
          { tags: zoneTag(dns.zone) },
        ),
      ]
