import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Change } from '../../src/engine/plan.ts'
import { moto } from '../provisioners/ground.ts'
import { type Inventory, missingTools, type Place, placeAt } from './place.ts'
import { summaryOf } from './runProgram.ts'

const missing = moto.missing ?? missingTools()

/**
 * moto has ECR's API and no registry behind it, so nothing can be pushed: the images stand before the stack does, as a
 * run that was cut off leaves them.
 */
const IMAGES = `
MANIFEST='{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":2,"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"},"layers":[]}'
tag() { echo "Key=storyarch:$1,Value=$2"; }
for LOGICAL in backend agent; do
  NAME=notes-$LOGICAL
  [ $LOGICAL = agent ] && NAME=notes-agent-dev
  ARN=$(aws ecr create-repository --repository-name $NAME --query repository.repositoryArn --output text \
    --tags $(tag stack notes/dev) $(tag resource repository/$LOGICAL) $(tag managed owned))
  DIGEST=$(aws ecr put-image --repository-name $NAME --image-manifest "$MANIFEST" --image-tag latest \
    --query image.imageId.imageDigest --output text)
  aws ecr tag-resource --resource-arn $ARN --tags "Key=storyarch:artifact,Value=$DIGEST source - -"
done
`

/** moto lacks CloudFront functions, and drops NewerNoncurrentVersions of a lifecycle rule. */
const forMoto = async (place: Place, fallback: string) => {
  await place.edit('manifests/notes.yaml', 'frontend:', `frontend:\n  fallback: ${fallback}`)
  await place.edit('manifests/notes.yaml', /$/, 'database:\n  keep: { versions: 0 }\n')
}

const DRIFT = `
aws s3api put-bucket-versioning --bucket notes-database-dev --versioning-configuration Status=Suspended
aws lambda update-function-configuration --function-name notes-task-manager-dev --memory-size 512
aws events disable-rule --name notes-sweep-dev
aws logs put-retention-policy --log-group-name /ecs/notes-dev --retention-in-days 1
aws ecr delete-lifecycle-policy --repository-name notes-backend
aws sns unsubscribe \\
  --subscription-arn $(aws sns list-subscriptions --query 'Subscriptions[0].SubscriptionArn' --output text)
aws iam attach-role-policy --role-name notes-task-dev \\
  --policy-arn arn:aws:iam::aws:policy/AdministratorAccess
aws cloudwatch delete-alarms --alarm-names notes-task-inactive-dev
`

/** The tagging API of moto goes on listing the deleted cluster. */
const withoutGhosts = ({ inventory, lacking }: Inventory): Inventory => ({
  inventory: {
    ...inventory,
    tagged: (inventory['tagged'] ?? []).filter(arn => !arn.endsWith(':cluster/notes-dev')),
  },
  lacking,
})

describe.skipIf(missing !== undefined && missing !== null).each(['errors', 'none'])(
  `${missing ?? 'moto, with the frontend falling back by'} %s`,
  fallback => {
    let place: Place
    let before: Inventory
    let close: () => Promise<void>
    beforeAll(async () => {
      const { endpoint, close: stop } = await moto.open()
      close = stop
      place = await placeAt(endpoint)
      await forMoto(place, fallback)
      before = await place.inventory()
    })
    afterAll(async () => {
      await place.close()
      await close()
    })

    const run = (command: string, ...words: string[]) =>
      place.storyarch(command, '-m', 'manifests/notes.yaml', ...words)
    // The site's bucket takes no uploads there: moto reads the policy's Deny without its condition, that the call came without TLS.
    const AREAS = ['--only', 'infra']
    const changes = async (): Promise<Change[]> =>
      JSON.parse((await run('plan', '--json', ...AREAS)).stdout).changes

    test('the stack is made, is then as wished, shows drift, is mended and destroyed to nothing', async () => {
      await place.shell(IMAGES)
      const up = await run('up', '--yes', '--json', ...AREAS)
      expect([up.code, up.stderr]).toEqual([0, expect.not.stringContaining('failed')])
      expect(await changes()).toEqual([])
      expect(summaryOf(await run('up', '--yes', '--json', ...AREAS))).toMatchObject({
        writes: 0,
        exitCode: 0,
      })
      const { inventory } = await place.inventory()
      expect(inventory['lambda functions']).toHaveLength(2)

      await place.shell(DRIFT)
      const seen = (await changes()).map(({ id, action, differences }) =>
        [action, id, ...differences.map(({ path, reason }) => `${path} ${reason}`)].join(' '),
      )
      expect(seen.sort()).toEqual([
        'create alarm/task-inactive',
        'update bucket/database versioning drift',
        'update eventRule/sweep definition.enabled drift',
        'update lambdaFunction/task-manager configuration.memoryMb drift',
        'update logGroup/task retentionDays drift',
        'update repository/backend retention drift',
        'update role/task managed drift',
        'update topic/task-inactive subscriptions drift',
      ])
      expect((await run('up', '--yes', ...AREAS)).code).toBe(0)
      expect(await changes()).toEqual([])

      // moto reads the policy's Deny without its condition, that the call came without TLS.
      await place.shell('aws s3api delete-bucket-policy --bucket notes-database-dev')
      await place.shell('aws s3 cp manifests/notes.yaml s3://notes-database-dev/db.sqlite3')
      const destroyed = await run('destroy', '--yes', '--delete-data')
      expect([destroyed.code, destroyed.stderr]).toEqual([0, expect.stringContaining('notes/dev is gone.')])
      expect(withoutGhosts(await place.inventory())).toEqual(withoutGhosts(before))
    })
  },
)
