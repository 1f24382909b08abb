import type { HttpApiProps } from '../../../src/provisioners/httpApi.ts'
import type { Sample } from '../contract.ts'

const lambda = (name: string): string => `arn:aws:lambda:us-east-1:123456789012:function:${name}`

const sample = (authorizer: HttpApiProps['authorizer']): Sample<HttpApiProps> => ({
  prepare: async () => ({
    name: 'contract-test',
    props: {
      cors: {
        origins: ['https://app.example.com'],
        methods: ['POST', 'GET'],
        headers: ['Content-Type', 'authorization'],
        maxAgeSeconds: 600,
      },
      authorizer,
      routes: [
        { key: 'GET /status', function: lambda('monitor'), authorized: false },
        { key: 'ANY /start', function: lambda('manager'), authorized: authorizer !== null },
      ],
      stage: { name: 'prod', throttle: { rate: 10, burst: 20 } },
    },
    variants: {
      cors: null,
      authorizer: { issuer: 'https://elsewhere.example.com', audience: ['theirs'] },
      routes: [{ key: 'ANY /start', function: lambda('stranger'), authorized: authorizer !== null }],
      stage: { name: 'prod', throttle: { rate: 1000, burst: 2000 } },
    },
  }),
  lacks: {
    moto: {
      authorizer: 'moto has no GetAuthorizers',
      stage: 'moto has no UpdateStage',
      permissions: 'moto has no UpdateStage',
    },
  },
})

export const httpApiSample = sample({ issuer: 'https://login.example.com', audience: ['web', 'app'] })

/** Moto cannot list authorizers. */
export const openHttpApiSample = sample(null)
