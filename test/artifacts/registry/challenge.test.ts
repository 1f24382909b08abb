import { expect, test } from 'vitest'
import { challengeIn } from '../../../src/artifacts/registry/challenge.ts'

test.each([
  ['Basic realm="x"', { scheme: 'basic', parameters: { realm: 'x' } }],
  ['BASIC realm=x', { scheme: 'basic', parameters: { realm: 'x' } }],
  [
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
    {
      scheme: 'bearer',
      parameters: {
        realm: 'https://auth.docker.io/token',
        service: 'registry.docker.io',
        scope: 'repository:a/b:pull,push',
      },
    },
  ],
  ['Negotiate, Bearer realm="r"', { scheme: 'bearer', parameters: { realm: 'r' } }],
  [
    'bearer Realm = "a \\"quoted\\" word" , x=y',
    { scheme: 'bearer', parameters: { realm: 'a "quoted" word', x: 'y' } },
  ],
])('%s', (header, challenge) => expect(challengeIn(header)).toEqual(challenge))

test.each([undefined, '', 'Negotiate', 'Digest realm="x"'])('%j holds none that is understood', header =>
  expect(challengeIn(header)).toBeUndefined(),
)
