import { expect, test } from 'vitest'
import { absentIf } from '../../../src/provisioners/kit/absentIf.ts'

const failing = (name: string) => Object.assign(new Error('no'), { name, $metadata: {} })

test('only a named answer means absent; access denied is thrown on', async () => {
  expect(await absentIf(Promise.reject(failing('NotFound')), 'NotFoundException')).toBeUndefined()
  const denied = failing('AccessDeniedException')
  await expect(absentIf(Promise.reject(denied), 'NotFoundException')).rejects.toBe(denied)
})
