import { expect, test } from 'vitest'
import { loopbackUrls } from '../../src/cli/loopbackUrls.ts'

const outputs = {
  environment: 'dev',
  cloudfront_distribution_id: 'E1',
  site_url: 'https://d1.cloudfront.net',
  api_id: 'a1',
  api_url: 'https://api.example.com',
  start_url: 'https://api.example.com/start',
}

test('addresses lead to this machine, the rest stays', () => {
  const told = { apis: { a1: 'http://127.0.0.1:1' }, distributions: { E1: 'http://127.0.0.1:2' } }
  expect(loopbackUrls(outputs, told)).toEqual({
    ...outputs,
    site_url: 'http://127.0.0.1:2',
    api_url: 'http://127.0.0.1:1/dev',
    start_url: 'http://127.0.0.1:1/dev/start',
  })
})

test('an API without a domain of its own has the right address by itself', () => {
  const apis = { a1: 'http://127.0.0.1:1' }
  const bare = { ...outputs, api_url: 'http://127.0.0.1:1/dev', start_url: 'http://127.0.0.1:1/dev/start' }
  expect(loopbackUrls(bare, { apis, distributions: {} })).toEqual(bare)
})

test('what is not served keeps the address of AWS', () => {
  expect(loopbackUrls(outputs, { apis: {}, distributions: {} })).toEqual(outputs)
})
