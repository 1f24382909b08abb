import { expect, test } from 'vitest'
import type { Intercept, Verdict } from '../../src/emulator/intercept.ts'
import { AwsError } from '../../src/emulator/service.ts'
import { lambdaFunction } from '../../src/provisioners/lambdaFunction.ts'
import { freshAws } from '../acceptance/liveStack.ts'
import { openBench } from './bench.ts'
import { lambdaFunctionSample } from './samples/lambdaFunction.ts'

/** Does `verdict` to the first AddPermission. */
const toTheFirst = (phase: 'before' | 'after', verdict: Verdict): Intercept => {
  let met = false
  return ({ operation }, now) => {
    if (operation !== 'AddPermission' || now !== phase || met) return undefined
    met = true
    return verdict
  }
}

test.for([
  ['whose answer gets lost and which is sent again', toTheFirst('after', 'drop')],
  [
    'of a function that Lambda does not know everywhere yet',
    toTheFirst(
      'before',
      new AwsError('ResourceNotFoundException', 'Function not found: contract-test', { status: 404 }),
    ),
  ],
] as const)('a permission %s is given all the same', async ([, intercept]) => {
  const emulator = await freshAws(intercept)
  const bench = await openBench(emulator.endpoint, lambdaFunction, lambdaFunctionSample)
  try {
    await bench.apply()
    expect((await bench.live()).props).toEqual(bench.normal)
  } finally {
    bench.close()
    await emulator.close()
  }
})
