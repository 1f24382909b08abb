import { arnParts } from '../checks/certificateArn.ts'
import { shown } from '../kit.ts'
import type { Written } from '../schema.ts'
import { type Rule, when } from './rule.ts'

const certificateNeedsDomain = (section: 'frontend' | 'api'): Rule => ({
  reads: [`${section}.domain`, `${section}.certificate`],
  complaints: manifest => [
    when(
      manifest[section]?.domain === null && manifest[section]?.certificate !== null,
      [section, 'certificate'],
      `does nothing without ${section}.domain. Add one or remove this.`,
    ),
  ],
})

const domainNeedsCertificate = (section: 'frontend' | 'api'): Rule => ({
  reads: [`${section}.domain`, `${section}.certificate`, 'dns'],
  complaints: manifest => {
    const { domain = null, certificate = null } = manifest[section] ?? {}
    const message = `${shown(domain)} needs dns.zone, in which its certificate is validated, or the ARN of a certificate as ${section}.certificate.`
    const validated = certificate === null || certificate === 'auto'
    return [when(domain !== null && validated && manifest.dns === null, [section, 'domain'], message)]
  },
})

/** `region` answers where the section's service looks for certificates. */
const certificatePlace = (
  section: 'frontend' | 'api',
  reads: string[],
  service: string,
  region: (manifest: Written) => string,
): Rule => ({
  reads: [`${section}.certificate`, 'account', ...reads],
  complaints: manifest => {
    const certificate = manifest[section]?.certificate ?? null
    if (certificate === null || certificate === 'auto') return []
    const at = [section, 'certificate']
    const found = arnParts(certificate)
    const wanted = region(manifest)
    return [
      when(
        found.region !== wanted,
        at,
        `is in ${found.region}. ${service} takes certificates from ${wanted} only.`,
      ),
      when(
        manifest.account !== null && found.account !== manifest.account,
        at,
        `is in account ${found.account}, but account is ${manifest.account}.`,
      ),
    ]
  },
})

/** What must hold between certificates, domains, zone and region. */
export const certificateRules: readonly Rule[] = [
  certificateNeedsDomain('frontend'),
  certificateNeedsDomain('api'),
  domainNeedsCertificate('frontend'),
  domainNeedsCertificate('api'),
  certificatePlace('frontend', [], 'CloudFront', () => 'us-east-1'),
  certificatePlace('api', ['region'], 'API Gateway', ({ region }) => region),
]
