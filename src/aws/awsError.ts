/** The parts of an SDK error that decide, gathered from the places where the protocols put them. */
export interface AwsErrorFacts {
  readonly names: readonly string[]
  readonly message: string
  readonly status: number | undefined
  readonly requestId: string | undefined
}

interface SdkErrorShape {
  readonly name?: unknown
  readonly message?: unknown
  readonly Code?: unknown
  readonly Error?: { readonly Code?: unknown }
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string }
}

/** What an SDK error says, or undefined when `error` did not come from an AWS answer. */
export const awsError = (error: unknown): AwsErrorFacts | undefined => {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined
  const shape = error as SdkErrorShape
  return {
    names: [shape.name, shape.Code, shape.Error?.Code].filter(name => typeof name === 'string'),
    message: String(shape.message ?? ''),
    status: shape.$metadata?.httpStatusCode,
    requestId: shape.$metadata?.requestId,
  }
}

/** Whether `error` is an AWS answer by one of these names; JS shape names and wire codes both count. */
export const isAwsError = (error: unknown, ...names: string[]): boolean =>
  awsError(error)?.names.some(name => names.includes(name)) ?? false
