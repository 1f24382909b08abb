import type { Lookup, Outputs, Provisioner } from '../resource.ts'

type AnyProvisioner = Provisioner<object, Outputs>
type AnyLookup = Lookup<object, Outputs>

/** TypeScript cannot see that the engine hands each provisioner its own props back, hence the casts. */
const kind = <P extends object, O extends Outputs>(load: () => Promise<Provisioner<P, O>>) =>
  load as unknown as () => Promise<AnyProvisioner>
const sought = <Q extends object, O extends Outputs>(load: () => Promise<Lookup<Q, O>>) =>
  load as unknown as () => Promise<AnyLookup>

/** Every kind, loaded only when a stack holds it. A module exports its provisioner under the kind's name. */
export const provisioners: Readonly<Record<string, () => Promise<AnyProvisioner>>> = {
  alarm: kind(async () => (await import('./alarm.ts')).alarm),
  apiDomain: kind(async () => (await import('./apiDomain.ts')).apiDomain),
  bucket: kind(async () => (await import('./bucket.ts')).bucket),
  budget: kind(async () => (await import('./budget.ts')).budget),
  certificate: kind(async () => (await import('./certificate.ts')).certificate),
  cloudfrontFunction: kind(async () => (await import('./cloudfrontFunction.ts')).cloudfrontFunction),
  cluster: kind(async () => (await import('./cluster.ts')).cluster),
  distribution: kind(async () => (await import('./distribution.ts')).distribution),
  dnsRecord: kind(async () => (await import('./dnsRecord.ts')).dnsRecord),
  eventRule: kind(async () => (await import('./eventRule.ts')).eventRule),
  httpApi: kind(async () => (await import('./httpApi.ts')).httpApi),
  lambdaFunction: kind(async () => (await import('./lambdaFunction.ts')).lambdaFunction),
  logGroup: kind(async () => (await import('./logGroup.ts')).logGroup),
  originAccessControl: kind(async () => (await import('./originAccessControl.ts')).originAccessControl),
  repository: kind(async () => (await import('./repository.ts')).repository),
  role: kind(async () => (await import('./role.ts')).role),
  securityGroup: kind(async () => (await import('./securityGroup.ts')).securityGroup),
  table: kind(async () => (await import('./table.ts')).table),
  taskDefinition: kind(async () => (await import('./taskDefinition.ts')).taskDefinition),
  topic: kind(async () => (await import('./topic.ts')).topic),
}

export const lookups: Readonly<Record<string, () => Promise<AnyLookup>>> = {
  hostedZone: sought(async () => (await import('./hostedZone.ts')).hostedZone),
  network: sought(async () => (await import('./network.ts')).network),
  secret: sought(async () => (await import('./secret.ts')).secret),
}
