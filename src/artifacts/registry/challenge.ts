/** How a registry wants to be asked: the scheme of its `WWW-Authenticate` header and the parameters in it (RFC 9110, 11.6.1). */
export interface Challenge {
  readonly scheme: 'basic' | 'bearer'
  readonly parameters: Readonly<Record<string, string>>
}

const PARAMETER = /([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g

/** The first challenge that is understood here; undefined for a header without one. */
export const challengeIn = (header: string | undefined): Challenge | undefined => {
  const [, scheme, rest = ''] = /(?:^|,\s*)(basic|bearer)\s+(.*)$/i.exec(header ?? '') ?? []
  if (scheme === undefined) return undefined
  const parameters = [...rest.matchAll(PARAMETER)].map(([, name = '', quoted, plain]) => [
    name.toLowerCase(),
    (quoted ?? plain ?? '').replace(/\\(.)/g, '$1'),
  ])
  return {
    scheme: scheme.toLowerCase() as Challenge['scheme'],
    parameters: Object.fromEntries(parameters),
  }
}
