import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { missing } from '../awsCli.ts'
import { startMoto } from '../moto.ts'
import { Running } from '../running.ts'
import { connectTo, expectSame } from '../script.ts'
import { cloudwatchMotoErrs, cloudwatchScript } from './scripts/cloudwatch.ts'
import { ec2MotoErrs, ec2Script } from './scripts/ec2.ts'
import { ecrMotoErrs, ecrScript } from './scripts/ecr.ts'
import { ecsMotoErrs, ecsScript } from './scripts/ecs.ts'
import { eventsMotoErrs, eventsScript } from './scripts/events.ts'
import { logsMotoErrs, logsScript } from './scripts/logs.ts'
import { snsMotoErrs, snsScript } from './scripts/sns.ts'

const why = missing('moto_server', '--help')

describe.skipIf(why)(why ?? 'the same script against moto', () => {
  let moto: Awaited<ReturnType<typeof startMoto>>
  let ours: Running

  beforeAll(async () => {
    moto = await startMoto()
    ours = await Running.start()
  })
  afterAll(async () => {
    moto.stop()
    await ours.stop()
    expect(ours.faults).toEqual([])
  })

  test.each([
    ['ECS', ecsScript, ecsMotoErrs],
    ['EC2', ec2Script, ec2MotoErrs],
    ['ECR', ecrScript, ecrMotoErrs],
    ['CloudWatch Logs', logsScript, logsMotoErrs],
    ['SNS', snsScript, snsMotoErrs],
    ['CloudWatch', cloudwatchScript, cloudwatchMotoErrs],
    ['EventBridge', eventsScript, eventsMotoErrs],
  ])('%s comes to the same', async (_service, script, errs) => {
    const [here, there] = await Promise.all([
      script(connectTo(ours.endpoint)),
      script(connectTo(moto.endpoint)),
    ])
    expectSame(here, there, errs)
  })
})
