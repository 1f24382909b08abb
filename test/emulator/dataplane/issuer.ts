import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

/** Whoever gives out tokens: an OpenID provider with one key, on a port of this machine. */
export interface Issuer {
  readonly url: string
  /** A token of these claims, good for five minutes from now unless they say otherwise; `header`: beside its `kid`. */
  sign(claims: JWTPayload, header?: { alg?: string; kid?: string }): Promise<string>
  close(): Promise<void>
}

export const openIssuer = async (): Promise<Issuer> => {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const key = { ...(await exportJWK(publicKey)), kid: 'one', use: 'sig' }
  const server = createServer((request, response) => {
    const pages: Record<string, object> = {
      '/.well-known/openid-configuration': { issuer: url, jwks_uri: `${url}/keys` },
      '/keys': { keys: [key] },
    }
    const page = pages[request.url ?? '']
    response.writeHead(page ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(page))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    sign: (claims, header = {}) => {
      const nowSeconds = Math.floor(Date.now() / 1000)
      return new SignJWT({ iss: url, iat: nowSeconds, exp: nowSeconds + 300, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'one', ...header })
        .sign(privateKey)
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
