import { derivedNames } from '../manifest/names.ts'
import type { ApiDomainProps } from '../provisioners/apiDomain.ts'
import type { HttpApiProps } from '../provisioners/httpApi.ts'
import type { Desired } from '../resource.ts'
import { ACCOUNT, output } from '../token.ts'
import { HTTP_API } from './apiUrl.ts'
import { arns } from './arns.ts'
import { certificate } from './certificate.ts'
import { origins } from './frontend.ts'
import { wish, zoneTag } from './kit.ts'
import { record } from './record.ts'
import type { WithBackend } from './withBackend.ts'

const API_DOMAIN = 'apiDomain/api'

/** `ANY /start`, throttled, at `…/<environment>/start` and at the root of its own domain. */
export const api = (manifest: WithBackend): Desired[] => {
  const { project, environment, region, dns } = manifest
  const { domain, certificate: chosen } = manifest.api
  return [
    wish<HttpApiProps>('httpApi', 'api', derivedNames(project, environment).api, httpApi(manifest)),
    ...certificate(manifest, 'api', manifest.api, region),
    ...(domain === null || chosen === null
      ? []
      : [
          wish<ApiDomainProps>(
            'apiDomain',
            'api',
            domain,
            {
              certificate: chosen === 'auto' ? output('certificate/api', 'arn') : chosen,
              mapping: { api: output(HTTP_API, 'id'), stage: environment },
            },
            { tags: zoneTag(dns?.zone ?? null) },
          ),
          ...record(manifest, 'api', domain, {
            target: output(API_DOMAIN, 'target'),
            targetZone: output(API_DOMAIN, 'hostedZone'),
            ipv6: false,
          }),
        ]),
  ]
}

/** What a call of /start looks like to the function's resource policy: stage, any method, path. */
export const invokedBy = ({ region, environment }: WithBackend): string =>
  `arn:aws:execute-api:${region}:${ACCOUNT}:${output(HTTP_API, 'id')}/${environment}/*/start`

const httpApi = (manifest: WithBackend): HttpApiProps => {
  const { frontend, environment, backend } = manifest
  const { auth, throttle } = manifest.api
  const jwt = typeof auth === 'string' ? null : auth.jwt
  const manager = arns(manifest).lambda(backend.names.taskManager)
  return {
    cors: frontend && {
      origins: origins(frontend),
      methods: ['GET', 'POST', 'OPTIONS'],
      headers: ['authorization', 'content-type'],
      maxAgeSeconds: 3600,
    },
    authorizer: jwt && { issuer: jwt.issuer, audience: [...jwt.audience] },
    // By computed ARN: the function's permission needs the API's id, so the API cannot wait for the function.
    routes: [
      { key: 'ANY /start', function: manager, authorized: jwt !== null },
      // ANY takes preflights too, and they have no token (API Gateway guide, "Configure CORS for HTTP APIs").
      ...(jwt !== null && frontend !== null
        ? [{ key: 'OPTIONS /start', function: manager, authorized: false }]
        : []),
    ],
    stage: { name: environment, throttle },
  }
}
