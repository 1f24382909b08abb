const EXCEPTION = /Exception$/

/**
 * Whether AWS answered with one of `names`. JS names an error by its modelled shape (`NoSuchEntityException`), the wire
 * by its code (`NoSuchEntity`); either counts, and a trailing `Exception` does not.
 */
export const isAwsError = (error: unknown, ...names: string[]): boolean => {
  if (!(error instanceof Error)) return false
  const { Code, Error: inner } = error as { Code?: unknown; Error?: { Code?: unknown } }
  const known = names.map(name => name.replace(EXCEPTION, ''))
  return [error.name, Code, inner?.Code].some(
    name => typeof name === 'string' && known.includes(name.replace(EXCEPTION, '')),
  )
}
