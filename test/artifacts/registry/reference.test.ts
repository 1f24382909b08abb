import { describe, expect, test } from 'vitest'
import { parseReference } from '../../../src/artifacts/registry/reference.ts'
import { UserError } from '../../../src/errors.ts'

const digest = `sha256:${'ab'.repeat(32)}`

describe('the name of an image', () => {
  test.each([
    ['nginx', 'registry-1.docker.io', 'library/nginx', 'latest', null],
    ['nginx:1.27', 'registry-1.docker.io', 'library/nginx', '1.27', null],
    ['me/app', 'registry-1.docker.io', 'me/app', 'latest', null],
    ['docker.io/library/nginx:1', 'registry-1.docker.io', 'library/nginx', '1', null],
    ['docker.io/nginx', 'registry-1.docker.io', 'library/nginx', 'latest', null],
    ['ghcr.io/me/app:v1', 'ghcr.io', 'me/app', 'v1', null],
    [`ghcr.io/me/app@${digest}`, 'ghcr.io', 'me/app', null, digest],
    [`ghcr.io/me/app:v1@${digest}`, 'ghcr.io', 'me/app', 'v1', digest],
    ['localhost:5000/app', 'localhost:5000', 'app', 'latest', null],
    ['localhost/app', 'localhost', 'app', 'latest', null],
    ['127.0.0.1:5000/a/b/c:x', '127.0.0.1:5000', 'a/b/c', 'x', null],
    ['[::1]:5000/app:x', '[::1]:5000', 'app', 'x', null],
    [
      '123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app:2_a.b-c',
      '123456789012.dkr.ecr.us-east-1.amazonaws.com',
      'team/app',
      '2_a.b-c',
      null,
    ],
  ])('%s', (text, registry, repository, tag, digest) =>
    expect(parseReference(text)).toEqual({ registry, repository, tag, digest }),
  )

  test.each([
    '',
    'UPPER/case',
    'a b',
    'app:',
    'app@sha256:12',
    '/app',
    'app/',
    'http://ghcr.io/app',
    'ghcr.io/../app',
  ])('%j is none', text => expect(() => parseReference(text)).toThrow(UserError))

  test('long nonsense is refused at once', () => {
    const started = performance.now()
    expect(() => parseReference(`${'a-'.repeat(5000)}!`)).toThrow(UserError)
    expect(() => parseReference(`${'a.'.repeat(5000)}!`)).toThrow(UserError)
    expect(performance.now() - started).toBeLessThan(500)
  })
})
