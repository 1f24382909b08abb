import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type * as ECR from '@aws-sdk/client-ecr'
import type { Call, Service } from '../../service.ts'
import { registryHost } from './repository.ts'

const TOKEN_HOURS = 12

export const authorization = {
  /** base64 of `AWS:<password>`. */
  GetAuthorizationToken: (_input, call) => {
    const { password, expiresAt } = mintPassword(call)
    return {
      authorizationData: [
        {
          authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'),
          expiresAt: new Date(expiresAt),
          proxyEndpoint: `http://${registryHost(call)}`,
        },
      ],
    }
  },
} satisfies Service<typeof ECR>

/** A password for this region's registry. It says itself until when (epoch milliseconds) and is signed by a kept secret. */
export const mintPassword = (call: Call): { password: string; expiresAt: number } => {
  const expiresAt = call.now + TOKEN_HOURS * 3_600_000
  const claim = Buffer.from(JSON.stringify({ expiresAt, id: call.requestId })).toString('base64url')
  return { password: `${claim}.${signature(call, claim)}`, expiresAt }
}

/** Why `password` does not open the registry now, or null when it does. */
export const passwordFault = (call: Call, password: string): string | null => {
  const [claim = '', signed = ''] = password.split('.')
  const expected = Buffer.from(signature(call, claim))
  const given = Buffer.from(signed)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'Not Authorized'
  const { expiresAt } = JSON.parse(Buffer.from(claim, 'base64url').toString()) as { expiresAt: number }
  return call.now < expiresAt ? null : 'Your authorization token has expired. Reauthenticate and try again.'
}

const signature = (call: Call, claim: string): string =>
  createHmac('sha256', secretOf(call)).update(claim).digest('base64url')

const secretOf = (call: Call): string => {
  const secrets = call.table<string>('registrySecret', { service: 'ecr' })
  const secret = secrets.get('password') ?? randomBytes(32).toString('base64')
  if (!secrets.has('password')) secrets.set('password', secret)
  return secret
}
