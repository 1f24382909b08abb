/** The token in a request, where the authorizer's identity source says it is; the word Bearer is left out. */
export const tokenIn = (
  identitySource: string,
  headers: Readonly<NodeJS.Dict<string | string[]>>,
  query: string,
): string | null => {
  const [, place, name = ''] = /^\$request\.(header|querystring)\.(\S+)$/.exec(identitySource) ?? []
  const told = place === 'header' ? headers[name.toLowerCase()] : new URLSearchParams(query).get(name)
  const token = [told]
    .flat()[0]
    ?.replace(/^Bearer +/i, '')
    .trim()
  return token === undefined || token === '' ? null : token
}
