import type * as SecretsManager from '@aws-sdk/client-secrets-manager'
import type { Service } from '../service.ts'

export const secretsManager: Service<typeof SecretsManager> = {}
