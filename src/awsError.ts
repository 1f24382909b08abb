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

const EXCEPTION = /Exception$/

/**
 * Whether `error` is an AWS answer by one of these names. JS names an error by its modelled shape
 * (`NoSuchEntityException`), the wire by its code (`NoSuchEntity`); either counts, and a trailing `Exception` does not.
 */
export const isAwsError = (error: unknown, ...names: string[]): boolean => {
  const known = names.map(name => name.replace(EXCEPTION, ''))
  return awsError(error)?.names.some(name => known.includes(name.replace(EXCEPTION, ''))) ?? false
}
