import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { layerOf, shell } from '../../registry/ociLayout.ts'
import { Running } from '../../running.ts'
import { ROLE, TaskStage } from './taskStage.ts'

/** Undefined when the engine runs a container here; otherwise why its tests are skipped. */
const missing = (engine: string): string | undefined => {
  const { status, error } = spawnSync(engine, ['info'], { stdio: 'ignore' })
  if (error) return `${engine} is not installed`
  return status === 0 ? undefined : `${engine} has no engine to talk to`
}

const SCRIPT = `#!/bin/sh
trap 'echo bye; exit 5' TERM
echo "told $PLAIN"
echo rows > "$DATABASE_PATH"
while :; do sleep 1 & wait $!; done
`

describe.each(['docker', 'podman'] as const)('%s', engine => {
  const why = missing(engine)
  const name = why === undefined ? 'runs a task of the pushed image, and ends it well' : `(skipped: ${why})`

  test.skipIf(why !== undefined)(name, { timeout: 60_000 }, async () => {
    const aws = await Running.live({ driver: engine })
    const stage = await TaskStage.open(aws)
    const layer = await layerOf({
      ...shell(),
      'bin/sleep': readFileSync('/bin/sleep'),

      'app/run.sh': SCRIPT,
      'app/look.sh': '#!/bin/sh\nread -r line < /data/db\necho "found $line"',
    })
    const image = await stage.imageOf('engine', [layer], { config: { Cmd: ['/app/run.sh'] } })
    const volume = [{ sourceVolume: 'database', containerPath: '/data' }]
    const arn = await stage.run(
      [
        stage.container('app', image, {
          environment: [
            { name: 'PLAIN', value: 'a b' },
            { name: 'DATABASE_PATH', value: '/data/db' },
          ],
          mountPoints: volume,
          stopTimeout: 10,
          healthCheck: { command: ['CMD-SHELL', 'test -e /data/db'], interval: 5 },
        }),
        stage.container('look', image, {
          command: ['/app/look.sh'],
          essential: false,
          mountPoints: volume,
          dependsOn: [{ containerName: 'app', condition: 'HEALTHY' }],
        }),
      ],
      { volumes: [{ name: 'database' }], taskRoleArn: ROLE },
    )
    expect(await stage.line(arn, 'app', 'told ')).toBe('a b')
    expect(await stage.line(arn, 'look', 'found ')).toBe('rows')
    const stopped = await stage.stop(arn)
    expect(await stage.lines(arn, 'app')).toContain('bye')
    expect(stopped.containers).toMatchObject([
      { name: 'app', exitCode: 5 },
      { name: 'look', exitCode: 0 },
    ])
    await aws.stop()
    expect(aws.faults).toEqual([])
  })
})
