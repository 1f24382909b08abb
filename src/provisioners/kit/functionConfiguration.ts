import type { FunctionConfiguration, Runtime } from '@aws-sdk/client-lambda'
import type { Health } from '../../resource.ts'

export interface FunctionConfigurationProps {
  description: string
  runtime: string
  handler: string
  role: string
  memoryMb: number
  timeoutSeconds: number
  environment: Record<string, string>
  logGroup: string
}

/** As CreateFunction and UpdateFunctionConfiguration want it. */
export const configurationFor = (configuration: FunctionConfigurationProps) => ({
  Description: configuration.description,
  Runtime: configuration.runtime as Runtime,
  Handler: configuration.handler,
  Role: configuration.role,
  MemorySize: configuration.memoryMb,
  Timeout: configuration.timeoutSeconds,
  Environment: { Variables: configuration.environment },
  LoggingConfig: { LogGroup: configuration.logGroup },
})

/** As Lambda shows it. */
export const configurationIn = (name: string, found: FunctionConfiguration): FunctionConfigurationProps => ({
  description: found.Description ?? '',
  runtime: found.Runtime ?? '',
  handler: found.Handler ?? '',
  role: found.Role ?? '',
  memoryMb: found.MemorySize ?? 128,
  timeoutSeconds: found.Timeout ?? 3,
  environment: found.Environment?.Variables ?? {},
  logGroup: found.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
})

/** A function answers once it is active and its last update is through. */
export const healthOf = (found: FunctionConfiguration): Health => {
  if (found.State === 'Failed') return { ailing: found.StateReason ?? 'Lambda could not make it' }
  if (found.LastUpdateStatus === 'Failed')
    return { ailing: found.LastUpdateStatusReason ?? 'its last update failed' }
  return found.State === 'Pending' || found.LastUpdateStatus === 'InProgress' ? 'pending' : 'ready'
}
