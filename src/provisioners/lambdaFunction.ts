import type { Outputs } from '../resource.ts'

/** name: the function's. */
export interface LambdaFunctionProps {
  configuration: {
    description: string
    runtime: string
    handler: string
    role: string
    memoryMb: number
    timeoutSeconds: number
    environment: Record<string, string>
    logGroup: string
  }
  /** `sha256`: base64 of the zip's SHA-256 (Lambda's CodeSha256); the zip is found by it among the built bundles. */
  code: { sha256: string; architecture: 'arm64' | 'x86_64' }
  /** Who may invoke, by statement id. */
  permissions: Record<string, { principal: string; source: string }>
  asyncRetries: { attempts: number; maxAgeSeconds: number }
}

export interface LambdaFunctionOut extends Outputs {
  arn: string
  name: string
}
