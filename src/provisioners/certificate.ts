import type { Outputs } from '../resource.ts'

/** name: `<domain>@<region>`. Pending until issued. */
export interface CertificateProps {
  names: { domain: string; aliases: string[] }
  /** The validation CNAMEs stand in this zone. */
  validation: { zone: string; present: boolean }
}

export interface CertificateOut extends Outputs {
  arn: string
}
