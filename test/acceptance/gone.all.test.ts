import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { storyarch } from '../cli/storyarch.ts'
import { localPlace, missingTools } from './place.ts'

/** Objects of every sort in both buckets, a log stream, an item. */
const USED = `
for BUCKET in storyarchitect-database-prod storyarchitect-frontend-prod; do
  for FILE in minimal notes storyarchitect; do
    aws s3 cp manifests/$FILE.yaml s3://$BUCKET/db.sqlite3
    aws s3 cp manifests/$FILE.yaml "s3://$BUCKET/a folder/$FILE ü+&.yaml"
  done
  aws s3api delete-object --bucket $BUCKET --key db.sqlite3
  aws s3api create-multipart-upload --bucket $BUCKET --key half.bin
done
aws logs create-log-stream --log-group-name /ecs/storyarchitect-prod --log-stream-name task/app/1
aws logs put-log-events --log-group-name /ecs/storyarchitect-prod --log-stream-name task/app/1 \\
  --log-events timestamp=$(date +%s)000,message=hello
aws dynamodb put-item --table-name storyarchitect-task-state-prod --item '{"task_id":{"S":"main"}}'
`

const missing = missingTools()

describe.skipIf(missing)(missing ?? 'after destroy --yes --delete-data', () => {
  test.each([
    ['the manifest', ['-m', 'manifests/storyarchitect.yaml']],
    ['the name alone, in an empty folder', ['--stack', 'storyarchitect/prod', '--region', 'us-east-1']],
  ])('by %s, every service lists what it listed before', async (_by, words) => {
    const place = await localPlace()
    onTestFinished(place.close)
    const manifest = ['-m', 'manifests/storyarchitect.yaml']
    // Makes what the stack uses and does not own: the hosted zone.
    expect((await place.storyarch('plan', '--local', ...manifest)).code).toBe(0)
    const before = await place.inventory()
    expect(before.lacking).toEqual([])

    expect((await place.storyarch('up', '--local', ...manifest, '--yes')).code).toBe(0)
    await place.edit('manifests/storyarchitect.yaml', 'memory: 1024', 'memory: 2048')
    expect((await place.storyarch('up', '--local', ...manifest, '--yes')).code).toBe(0)
    await place.shell(USED)
    const { inventory } = await place.inventory()
    const inBucket = (name: string) => inventory['s3 objects']?.filter(object => object.startsWith(name))
    // Versions, a delete marker and an upload in the one; objects, an upload and the site in the one without versions.
    expect(inBucket('storyarchitect-database-prod')).toHaveLength(6 + 1 + 1)
    expect(inBucket('storyarchitect-frontend-prod')?.length).toBeGreaterThan(3 + 1)
    expect(inventory['ecs task definitions ACTIVE']).toHaveLength(2)
    expect(inventory['tagged']?.length).toBeGreaterThan(20)

    const empty = join(place.folder, 'empty')
    await mkdir(empty)
    const { endpoint } = JSON.parse((await place.storyarch('local', 'status', '--json')).stdout)
    const destroyed = words.includes('--stack')
      ? await storyarch(['destroy', ...words, '--yes', '--delete-data'], {
          cwd: empty,
          env: { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
        })
      : await place.storyarch('destroy', '--local', ...words, '--yes', '--delete-data')
    expect([destroyed.code, destroyed.stderr]).toEqual([
      0,
      expect.stringContaining('storyarchitect/prod is gone.'),
    ])
    expect(await place.inventory()).toEqual(before)
  })
})
