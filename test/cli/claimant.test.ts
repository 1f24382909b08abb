import { beforeEach, describe, expect, test, vi } from 'vitest'
import { claimantOf } from '../../src/cli/claimant.ts'

/** What the machine says of itself; tests change it. */
const said = vi.hoisted(() => ({ bootId: '', processes: '', mac: '', hasUser: true }))

vi.mock('node:os', async original => ({
  ...(await original<typeof import('node:os')>()),
  hostname: () => 'runner',
  userInfo() {
    if (!said.hasUser) throw new Error('uv_os_get_passwd returned ENOENT')
    return { username: 'ann' }
  },
  networkInterfaces: () => ({ eth0: [{ mac: said.mac }] }),
}))

vi.mock('node:fs', async original => ({
  ...(await original<typeof import('node:fs')>()),
  readFileSync() {
    if (said.bootId === '') throw new Error('ENOENT')
    return `${said.bootId}\n`
  },
  readlinkSync: () => said.processes,
}))

const LINUX = { bootId: 'b1', processes: 'pid:[1]', mac: 'aa', hasUser: true }

beforeEach(() => void Object.assign(said, LINUX))

describe('who asks for the lease', () => {
  test('is of the same machine in every run of it, whatever network comes and goes', () => {
    const { host } = claimantOf({})
    said.mac = 'bb'
    expect(claimantOf({}).host).toBe(host)
  })

  test.each([
    ['another machine of that name', { bootId: 'b2' }],
    ['a container that bears the name of its host', { processes: 'pid:[2]' }],
  ])('is not of the same machine in %s', (_what, other) => {
    const { host } = claimantOf({})
    Object.assign(said, other)
    expect(claimantOf({}).host).not.toBe(host)
  })

  test('is told from another machine of that name where there is no /proc', () => {
    Object.assign(said, { bootId: '', processes: '' })
    const { host } = claimantOf({})
    said.mac = 'bb'
    expect(claimantOf({}).host).not.toBe(host)
  })

  test('has a name although the system knows no such user', () => {
    said.hasUser = false
    expect(claimantOf({ USER: 'bob' }).who).toBe('bob@runner')
    expect(claimantOf({}).who).toMatch(/^user \d+@runner$/)
  })
})
