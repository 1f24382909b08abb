import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gzipMembers } from '../../../src/artifacts/image/gzipMembers.ts'
import { bytesOf } from '../registry/images.ts'

async function* inChunks(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let from = 0, turn = 0; from < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    yield Buffer.from(bytes.subarray(from, from + size))
    from += size
  }
}

test('the compressed bytes depend on the input alone, not on the chunks it comes in', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3_300_000 }),
      fc.array(fc.integer({ min: 10_000, max: 2_500_000 }), { minLength: 1, maxLength: 5 }),
      async (length, sizes) => {
        const bytes = Buffer.alloc(length, 'some words, again and again; ')
        const whole = await bytesOf(gzipMembers(inChunks(bytes, [length])))
        expect((await bytesOf(gzipMembers(inChunks(bytes, sizes)))).equals(whole)).toBe(true)
        expect(gunzipSync(whole).equals(bytes)).toBe(true)
      },
    ),
    { numRuns: 15 },
  )
})

test('each member says that its system is unknown', async () => {
  const members = await bytesOf(gzipMembers(inChunks(Buffer.alloc(100), [100])))
  expect([...members.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, expect.any(Number), 255])
})
