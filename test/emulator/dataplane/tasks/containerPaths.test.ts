import fc from 'fast-check'
import { expect, test } from 'vitest'
import { realPaths } from '../../../../src/emulator/dataplane/tasks/containerPaths.ts'

const PAIRS = [
  { inside: '/data', real: '/real/volume' },
  { inside: '/app', real: '/real/root/app' },
  { inside: '/app/state', real: '/real/volume' },
]

test.each([
  ['/data', '/real/volume'],
  ['/data/db.sqlite3', '/real/volume/db.sqlite3'],
  ['--database=/data/db', '--database=/real/volume/db'],
  ['/data:/app', '/real/volume:/real/root/app'],
  ['cd /app && cat "/data/x"', 'cd /real/root/app && cat "/real/volume/x"'],
  ['/app/state/x', '/real/volume/x'],
  ['file:///data/x', 'file:///real/volume/x'],
  ['sqlite:////data/x', 'sqlite:////real/volume/x'],
  ['file:/data/x?mode=ro', 'file:/real/volume/x?mode=ro'],
])('%s becomes %s', (text, real) => expect(realPaths(text, PAIRS)).toBe(real))

test.each([
  '/database/x',
  '/data-old/x',
  '/data.bak',
  '/mnt/data/x',
  'data/x',
  './app/x',
  'https://example.com/data/x',
  'http://data/x',
  'postgres://user@host:5432/data',
  'sqlite:///data/x',
  '$HOME/data',
  '${HOME}/data',
  '~/data',
])('%s stays', text => expect(realPaths(text, PAIRS)).toBe(text))

test('the root is no folder to be renamed', () => {
  expect(realPaths('/etc/hosts', [{ inside: '', real: '/real' }])).toBe('/etc/hosts')
})

test('what names no folder of the container is never changed', () => {
  fc.assert(
    fc.property(
      fc.string().filter(text => !/\/(data|app)/.test(text)),
      text => {
        expect(realPaths(text, PAIRS)).toBe(text)
      },
    ),
  )
})

test('a path in a volume leads to the same path in its folder, whatever its name', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[\w.$()[\] -]+$/), { minLength: 1, maxLength: 4 }), names => {
      const path = names.join('/')
      fc.pre(!/\/(data|app)/.test(`/${path}`))
      expect(realPaths(`/data/${path}`, PAIRS)).toBe(`/real/volume/${path}`)
    }),
  )
})
