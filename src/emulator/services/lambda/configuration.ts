import type { FunctionConfiguration } from '@aws-sdk/client-lambda'
import type { FunctionRow } from './functionRow.ts'

/** `2026-01-02T03:04:05.000+0000`, the form Lambda uses. */
const lambdaTime = (time: number): string => new Date(time).toISOString().replace('Z', '+0000')

const stateOf = (row: FunctionRow, now: number): Partial<FunctionConfiguration> => {
  if (row.goneAt !== null) return { State: 'Deleting', LastUpdateStatus: 'Successful' }
  if (now < row.activeAt)
    return { State: 'Pending', StateReason: 'The function is being created.', StateReasonCode: 'Creating' }
  if (now < row.updatedAt)
    return {
      State: 'Active',
      LastUpdateStatus: 'InProgress',
      LastUpdateStatusReason: 'The function is being created.',
    }
  return { State: 'Active', LastUpdateStatus: 'Successful' }
}

/** A function as GetFunctionConfiguration tells it, with everything AWS fills in. */
export const configurationOf = (row: FunctionRow, now: number): FunctionConfiguration => {
  const { settings } = row
  return {
    FunctionName: row.name,
    FunctionArn: row.arn,
    Runtime: settings.runtime,
    Role: settings.role,
    Handler: settings.handler,
    CodeSize: row.code.bytes,
    Description: settings.description,
    Timeout: settings.timeoutSeconds,
    MemorySize: settings.memoryMb,
    LastModified: lambdaTime(row.modifiedAt),
    CodeSha256: row.code.sha256,
    Version: '$LATEST',
    ...(settings.environment && { Environment: { Variables: settings.environment } }),
    ...(settings.deadLetterTarget && { DeadLetterConfig: { TargetArn: settings.deadLetterTarget } }),
    ...(settings.kmsKey && { KMSKeyArn: settings.kmsKey }),
    TracingConfig: { Mode: settings.tracing },
    RevisionId: row.revision,
    ...stateOf(row, now),
    PackageType: 'Zip',
    Architectures: [row.architecture],
    EphemeralStorage: { Size: settings.ephemeralMb },
    SnapStart: { ApplyOn: settings.snapStart, OptimizationStatus: 'Off' },
    RuntimeVersionConfig: {
      RuntimeVersionArn: `${row.arn.split(':').slice(0, 4).join(':')}::runtime:${settings.runtime}`,
    },
    LoggingConfig: settings.logging,
  }
}
