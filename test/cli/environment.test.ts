import { describe, expect, test } from 'vitest'
import { hasColours } from '../../src/cli/environment.ts'

const terminal = { isTTY: true, write: () => {} }
const pipe = { isTTY: false, write: () => {} }

describe('colours', () => {
  test.each([
    [terminal, {}, true],
    [pipe, {}, false],
    [terminal, { NO_COLOR: '1' }, false],
    [terminal, { NO_COLOR: '' }, true],
    [pipe, { FORCE_COLOR: '1' }, true],
    [terminal, { FORCE_COLOR: '0' }, false],
    [pipe, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    [terminal, { CI: 'true' }, false],
    [terminal, { CI: 'true', FORCE_COLOR: '1' }, true],
    [terminal, { TERM: 'dumb' }, false],
    [terminal, { CLAUDECODE: '1' }, false],
  ])('on %j with %j: %s', (sink, env, coloured) => expect(hasColours(sink, env)).toBe(coloured))
})
