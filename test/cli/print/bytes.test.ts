import { expect, test } from 'vitest'
import { bytes } from '../../../src/cli/print/bytes.ts'

test.each([
  [0, '0 bytes'],
  [512, '512 bytes'],
  [1200, '1.2 kB'],
  [126_000_000, '126 MB'],
  [2_147_483_648, '2.1 GB'],
])('%d bytes read %s', (count, text) => expect(bytes(count)).toBe(text))
