import type { Outputs } from '../resource.ts'

/** name: the domain. Regional, TLS 1.2. */
export interface ApiDomainProps {
  certificate: string
  /** Mapped at the root. */
  mapping: { api: string; stage: string }
}

export interface ApiDomainOut extends Outputs {
  /** Alias target and its zone. */
  target: string
  hostedZone: string
}
