import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Change } from '../../src/engine/plan.ts'
import { DELETIONS, DRIFTS, NAMES } from './drifts.ts'
import { localPlace, missingTools, type Place } from './place.ts'

const MANIFEST = ['--local', '-m', 'manifests/storyarchitect.yaml']
const missing = missingTools()

describe.skipIf(missing)(missing ?? 'the aws CLI at the embedded AWS', () => {
  let place: Place
  beforeAll(async () => {
    place = await localPlace()
    expect((await place.storyarch('up', ...MANIFEST, '--yes')).code).toBe(0)
  })
  afterAll(() => place.close())

  const json = async (line: string) => JSON.parse((await place.shell(line)) || 'null')
  const changes = async (): Promise<Change[]> =>
    JSON.parse((await place.storyarch('plan', ...MANIFEST, '--json')).stdout).changes
  const mended = async () => {
    const up = await place.storyarch('up', ...MANIFEST, '--yes')
    expect([up.code, up.stderr]).toEqual([0, expect.not.stringContaining('failed')])
    expect(await changes()).toEqual([])
  }

  test("the seed's maintenance and troubleshooting commands answer", async () => {
    const main = `--key '{"task_id": {"S": "main"}}'`
    const getItem = `aws dynamodb get-item --table-name storyarchitect-task-state-prod ${main}`
    expect(await json(getItem)).toBeNull()

    const { taskDefinition } = await json(
      'aws ecs describe-task-definition --task-definition storyarchitect-backend-prod',
    )
    expect(taskDefinition).toMatchObject({
      family: 'storyarchitect-backend-prod',
      status: 'ACTIVE',
      cpu: '512',
      memory: '1024',
      requiresCompatibilities: ['FARGATE'],
    })

    await place.shell('aws s3 cp manifests/notes.yaml s3://storyarchitect-database-prod/db.sqlite3')
    await place.shell('aws s3 cp manifests/minimal.yaml s3://storyarchitect-database-prod/db.sqlite3')
    const list = 'aws s3api list-object-versions --bucket storyarchitect-database-prod --prefix db.sqlite3'
    const { Versions } = await json(list)
    expect(Versions.map(({ IsLatest }: { IsLatest: boolean }) => IsLatest)).toEqual([true, false])
    const get = `aws s3api get-object --bucket storyarchitect-database-prod --key db.sqlite3 \\
      --version-id ${Versions[1].VersionId} restored.yaml`
    await place.shell(`${get} && cmp restored.yaml manifests/notes.yaml`)
    for (const { VersionId } of Versions)
      await place.shell(
        `aws s3api delete-object --bucket storyarchitect-database-prod --key db.sqlite3 --version-id ${VersionId}`,
      )

    const id = await place.storyarch('outputs', ...MANIFEST, 'cloudfront_distribution_id')
    const { Distribution } = await json(`aws cloudfront get-distribution --id ${id.stdout}`)
    expect(Distribution).toMatchObject({
      Status: 'Deployed',
      DistributionConfig: { Enabled: true, Aliases: { Items: ['app.yerson.co'] } },
    })

    for (const group of ['/ecs/storyarchitect-prod', '/aws/lambda/storyarchitect-task-manager-prod'])
      expect(await json(`aws logs filter-log-events --log-group-name ${group}`)).toMatchObject({ events: [] })
  })

  test('what is changed with it shows as drift with the field and both values, and up mends it', async () => {
    await place.shell(NAMES + DRIFTS.map(({ lines }) => lines).join('\n'))

    const planned = await changes()
    expect(planned.map(({ id, action }) => `${action} ${id}`).sort()).toEqual(
      [...new Set(DRIFTS.map(({ id }) => `update ${id}`))].sort(),
    )
    const reasons = planned.flatMap(({ id, differences }) =>
      differences.map(({ path, reason }) => `${id} ${path} ${reason}`),
    )
    expect(reasons).toEqual(expect.arrayContaining(DRIFTS.map(({ id, path }) => `${id} ${path} drift`)))
    expect(reasons.filter(line => !line.endsWith(' drift'))).toEqual([])

    const { stdout: text } = await place.storyarch('plan', ...MANIFEST)
    const shown = DRIFTS.filter(({ path, live, want }) => {
      const from = text.indexOf(`      ${path}: ${live}`)
      const [field = ''] = text.slice(from).split(/\n {2,6}\S/)
      return from !== -1 && field.includes(want) && field.includes('drifted: changed outside storyarch')
    })
    expect(
      DRIFTS.filter(drift => !shown.includes(drift)).map(({ path, live }) => `${path}: ${live}`),
    ).toEqual([])

    await mended()
  })

  test('what is deleted with it is planned again, and up brings it back', async () => {
    expect((await place.storyarch('up', ...MANIFEST, '--yes')).code).toBe(0)
    const { inventory: before } = await place.inventory()
    const { unchanged } = JSON.parse((await place.storyarch('plan', ...MANIFEST, '--json')).stdout)
    await place.shell('aws cloudwatch delete-alarms --alarm-names storyarchitect-task-inactive-prod')
    const { stdout: text } = await place.storyarch('plan', ...MANIFEST)
    expect(text).toMatch(/\+ alarm\/task-inactive .*\(drifted: deleted outside storyarch\)/)
    await place.shell(NAMES + DELETIONS)

    expect((await changes()).map(({ id, action }) => `${action} ${id}`).sort()).toEqual(
      unchanged.map((id: string) => `create ${id}`).sort(),
    )
    await mended()
    const { inventory: after } = await place.inventory()
    const counts = (inventory: Readonly<Record<string, readonly string[]>>) =>
      Object.fromEntries(
        Object.entries(inventory)
          .filter(([title]) => !title.includes('task definitions') && title !== 'tagged')
          .map(([title, names]) => [title, names.length]),
      )
    expect(counts(after)).toEqual(counts(before))
  })
})
