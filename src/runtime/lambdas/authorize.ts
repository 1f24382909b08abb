import { createHash, timingSafeEqual } from 'node:crypto'
import type { HttpEvent } from './http.ts'

/** Who may ask: everybody, who knows the token, or whom API Gateway's authorizer let through. */
export type Auth =
  | { readonly mode: 'none' }
  | { readonly mode: 'jwt' }
  | { readonly mode: 'token'; readonly expected: () => Promise<string> }

const BEARER = /^Bearer +(\S+) *$/i

/** Null when the request may pass, else what to tell. Throws when the expected token cannot be read. */
export const refusal = async (event: HttpEvent, auth: Auth): Promise<string | null> => {
  if (auth.mode === 'none') return null
  if (auth.mode === 'jwt') {
    // API Gateway has checked it. A route that lost its authorizer must not open the door.
    const { claims } = event.requestContext.authorizer?.jwt ?? {}
    return claims === undefined ? 'This backend asks for a JSON Web Token.' : null
  }
  const header = event.headers?.['authorization']
  if (header === undefined) return 'This backend asks for a token: send Authorization: Bearer <token>.'
  const [, token] = BEARER.exec(header) ?? []
  if (token === undefined) return 'The Authorization header is not of the form Bearer <token>.'
  // `--value file://…` stores the file's last line break too, which no header can hold.
  const expected = (await auth.expected()).trim()
  if (expected === '') throw new Error('the token that is expected is empty')
  return same(token, expected) ? null : 'The token is wrong.'
}

/** Compares digests: equally long, so that the time taken tells nothing of the token. */
const same = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())
