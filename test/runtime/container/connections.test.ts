import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { connectionsTo, establishedIn } from '../../../src/runtime/container/connections.ts'

const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'

const hex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0')
const line = (local: number, remote: number, state: string, index = 0) =>
  `   ${index}: 0100007F:${hex(local)} 0A00007F:${hex(remote)} ${state} 00000000:00000000 00:00000000 00000000     0        0 1`

test('counts what is established at the own port, and neither listeners nor the other end', () => {
  const table = [
    HEAD,
    line(8000, 0, '0A'),
    line(8000, 50_000, '01'),
    line(8000, 50_001, '06'),
    line(50_000, 8000, '01'),
    '   4: 0000000000000000FFFF00000100007F:1F40 0000000000000000FFFF00000100007F:C352 01 00000000:00000000 00:00000000 00000000     0        0 2',
    '',
  ].join('\n')
  expect(establishedIn(table, 8000)).toBe(2)
  expect(establishedIn(table, 8001)).toBe(0)
})

test('of any table, what is counted is what stands there', () => {
  const row = fc.record({
    local: fc.integer({ min: 1, max: 3 }),
    state: fc.constantFrom('01', '02', '06', '0A'),
  })
  fc.assert(
    fc.property(fc.array(row), rows => {
      const table = [HEAD, ...rows.map(({ local, state }, index) => line(local, 9, state, index))].join('\n')
      const there = rows.filter(({ local, state }) => local === 2 && state === '01')
      expect(establishedIn(table, 2)).toBe(there.length)
    }),
  )
})

test.skipIf(process.platform !== 'linux')('sees real connections come and go', async () => {
  const server = createServer(socket => socket.resume()).listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  expect(await connectionsTo(port)).toBe(0)
  const client = connect(port, '127.0.0.1')
  await once(server, 'connection')
  expect(await connectionsTo(port)).toBe(1)
  client.end()
  await once(client, 'close')
  await expect.poll(() => connectionsTo(port)).toBe(0)
  server.close()
})
