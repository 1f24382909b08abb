import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { SPA_FALLBACK } from '../../src/blueprint/spaFallback.ts'

const handler = runInNewContext(`${SPA_FALLBACK};handler`) as (event: {
  request: { uri: string; method: string }
}) => { uri: string }

const led = (uri: string, method = 'GET') => handler({ request: { uri, method } }).uri

describe('deep links', () => {
  test.each(['/', '/stories', '/stories/7/edit', '/v1.2/about', '/stories/'])('%s leads to the app', uri =>
    expect(led(uri)).toBe('/index.html'),
  )

  test.each(['/index.html', '/assets/app.3f2.js', '/favicon.ico', '/.well-known/security.txt'])(
    '%s is a file',
    uri => expect(led(uri)).toBe(uri),
  )

  test('a plus sign in the name of a file reaches S3 as one', () =>
    expect(led('/img/a+b+c.png')).toBe('/img/a%2Bb%2Bc.png'))

  test('only reading leads to the app', () => {
    expect(led('/stories', 'HEAD')).toBe('/index.html')
    expect(led('/stories', 'POST')).toBe('/stories')
  })
})
