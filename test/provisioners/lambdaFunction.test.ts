import { type GetFunctionCommandOutput, LambdaClient } from '@aws-sdk/client-lambda'
import { expect, test } from 'vitest'
import type { Intercept, Verdict } from '../../src/emulator/intercept.ts'
import { AwsError } from '../../src/emulator/service.ts'
import { lambdaFunction } from '../../src/provisioners/lambdaFunction.ts'
import { freshAws } from '../acceptance/liveStack.ts'
import { openBench } from './bench.ts'
import { making } from './making.ts'
import { onFreshAws } from './onFreshAws.ts'
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

test('a function whose tags may not be seen is no function of strangers: the denial is told', () =>
  onFreshAws(async aws => {
    const { name, props } = await lambdaFunctionSample.prepare(aws)
    await lambdaFunction.create(aws, name, props, { 'storyarch:stack': 'notes/prod' }, making())
    const Message = 'User: ann is not authorized to perform: lambda:ListTags'
    aws.client(LambdaClient).middlewareStack.add(
      next => async args => {
        const answer = await next(args)
        const told = answer.output as GetFunctionCommandOutput
        if (told.Configuration === undefined) return answer
        const TagsError = { ErrorCode: 'AccessDeniedException', Message }
        return { ...answer, output: { ...told, Tags: undefined, TagsError } }
      },
      { step: 'initialize' },
    )
    await expect(lambdaFunction.read(aws, name)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: Message,
    })
  }))
