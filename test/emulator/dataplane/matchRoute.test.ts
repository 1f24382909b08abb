import { expect, test } from 'vitest'
import { matchRoute } from '../../../src/emulator/dataplane/matchRoute.ts'

const routes = [
  '$default',
  'ANY /{proxy+}',
  'GET /pets/{proxy+}',
  'ANY /pets/dog',
  'GET /pets/dog',
  'GET /pets/{id}',
].map(RouteKey => ({ RouteKey }))
const keyFor = (method: string, path: string, among = routes) =>
  matchRoute(among, method, path)?.route.RouteKey

test.each([
  ['GET', '/pets/dog', 'GET /pets/dog'],
  ['PUT', '/pets/dog', 'ANY /pets/dog'],
  ['GET', '/pets/cat', 'GET /pets/{id}'],
  ['GET', '/pets/cat/1', 'GET /pets/{proxy+}'],
  ['PUT', '/pets/cat', 'ANY /{proxy+}'],
  ['GET', '/', '$default'],
])('%s %s goes to %s, whatever the order of the routes', (method, path, key) => {
  expect(keyFor(method, path)).toBe(key)
  expect(keyFor(method, path, [...routes].reverse())).toBe(key)
})

test('the folder itself is not below its greedy variable', () => {
  expect(matchRoute([{ RouteKey: 'ANY /game/{proxy+}' }], 'GET', '/game')).toBeNull()
  expect(matchRoute([{ RouteKey: 'ANY /game/{proxy+}' }], 'GET', '/game/')).toBeNull()
})
