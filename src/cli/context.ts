import { type AwsSession, createAws } from '../aws/createAws.ts'
import { blueprint as blueprintOf } from '../blueprint/index.ts'
import { localAddresses } from '../emulator/process.ts'
import type { Report } from '../engine/events.ts'
import type { Suspect } from '../engine/hunt.ts'
import type { World } from '../engine/world.ts'
import { UserError } from '../errors.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { Backend } from '../operations/backend.ts'
import type { Blueprint } from '../resource.ts'
import { namedArtifacts } from './artifactsOf.ts'
import { backendOf } from './backendOf.ts'
import { exitCode } from './exitCode.ts'
import type { GlobalFlags } from './flags.ts'
import { lendLookups } from './lendLookups.ts'
import { localAws } from './localAws.ts'
import { loopbackUrls } from './loopbackUrls.ts'
import { readManifest } from './readManifest.ts'
import { regionOf } from './region.ts'
import type { Shell } from './shell.ts'
import { type Ships, shippedArtifacts } from './shippedArtifacts.ts'
import { worldOf } from './worldOf.ts'

/** A door to AWS for one command. */
export interface Opened {
  readonly world: World
  /** Counts of AWS calls so far. */
  readonly calls: AwsSession['calls']
  /** `work`, once the identity is said; a wrong account or bad credentials speak at once, before what they cause. */
  identified<T>(work: Promise<T>): Promise<T>
  /** Who asks, as AWS knows them, for the record: the last part of the identity's ARN. Rejects in a wrong account. */
  by(): Promise<string>
  /** Id of the table that carries a stack's lease. */
  readonly anchor: string
  close(): void
}

export interface OpenedBackend extends Opened {
  readonly backend: Backend
}

export interface OpenedStack extends Opened {
  readonly blueprint: Blueprint
  /** Null for a site alone. */
  readonly backend: Backend | null
  /** Outputs whose addresses lead to this machine when the AWS is the embedded one. */
  reachable(outputs: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>>
}

/** The manifest's backend and the AWS it stands in. Throws UserError where the manifest has none. */
export const openBackend = async (
  flags: GlobalFlags,
  shell: Shell,
  report: Report,
): Promise<OpenedBackend> => {
  const { file, manifest } = await readManifest(flags, shell)
  const backend = backendOf(manifest)
  if (backend === null)
    throw new UserError(
      `${file} has no backend: there is nothing that wakes, stops, logs or keeps a database.`,
      'Choose another manifest with -m, or add a `backend:` section and run: storyarch up',
    )
  return { ...(await open(flags, shell, report, targetOf(flags, manifest))), backend }
}

const targetOf = (flags: GlobalFlags, { project, environment, region, account }: Manifest): Target => ({
  region,
  // The embedded AWS has an account of its own; the pin guards the real ones.
  account: flags.local ? null : account,
  about: `${project}/${environment}`,
})

/** The manifest's stack and the AWS it stands in, embedded with `--local`. `ships` is null for commands that ship nothing. */
export const openStack = async (
  flags: GlobalFlags,
  shell: Shell,
  report: Report,
  ships: Ships | null,
): Promise<OpenedStack> => {
  const { manifest } = await readManifest(flags, shell)
  const target = targetOf(flags, manifest)
  const opened = await open(flags, shell, report, target)
  const { embedded } = opened
  if (flags.local && embedded !== null) await lend(embedded, manifest, shell)
  const artifacts =
    ships === null ? namedArtifacts(manifest) : shippedArtifacts(manifest, ships, opened, shell)
  const wished = blueprintOf(manifest, await artifacts, { ownDomains: embedded === null })
  const blueprint = { ...wished, account: target.account }
  return {
    ...opened,
    blueprint,
    backend: backendOf(manifest),
    async reachable(outputs) {
      const addresses = embedded === null ? null : await addressesAt(embedded)
      return addresses ? loopbackUrls(outputs, addresses) : outputs
    },
  }
}

/** An account and region without a manifest; the region comes from the flag or the environment. */
export const openAccount = (flags: GlobalFlags, shell: Shell, report: Report) =>
  open(flags, shell, report, { region: regionOf(flags, shell), account: null, about: 'all stacks' })

/** What `destroy` needs: a stack's name, from `--stack` or the manifest, and where it stands. */
export const openDoomed = async (
  flags: GlobalFlags & { readonly stack: string | null },
  shell: Shell,
  report: Report,
): Promise<Opened & { readonly stack: string; readonly suspects: readonly Suspect[] }> => {
  if (flags.stack === null) {
    const opened = await openStack(flags, shell, report, null)
    return { ...opened, stack: opened.blueprint.stack, suspects: opened.blueprint.resources }
  }
  if (!/^[^/]+\/[^/]+$/.test(flags.stack))
    throw new UserError(
      `--stack ${flags.stack} is not a stack's name.`,
      'Write project/environment, for example notes/demo.',
      {
        exitCode: exitCode.usage,
      },
    )
  const target = { region: regionOf(flags, shell), account: null, about: flags.stack }
  return { ...(await open(flags, shell, report, target)), stack: flags.stack, suspects: [] }
}

interface Target {
  readonly region: string
  readonly account: string | null
  /** What the identity line says it is about. */
  readonly about: string
}

const open = async (
  flags: GlobalFlags,
  shell: Shell,
  report: Report,
  target: Target,
): Promise<Opened & { readonly embedded: string | null }> => {
  const endpoint = flags.local ? (await localAws(shell).start(null)).endpoint : null
  const embedded = endpoint ?? (await embeddedIn(shell.host.env))
  const session = createAws({ region: target.region, profile: flags.profile, endpoint, maxAttempts: 5 })
  const saying = sayIdentity(session, shell, flags, target)
  // Awaited by `identified`; until then a failure is not a crash.
  saying.catch(() => {})
  return {
    embedded,
    world: worldOf(session, shell, report),
    calls: session.calls,
    anchor: ANCHOR,
    async identified(work) {
      work.catch(() => {})
      await saying
      return work
    },
    // What is done in somebody's name begins with this: not before the account is known to be the right one.
    async by() {
      await saying
      return (await session.identity()).arn.split(/[:/]/).at(-1) ?? ''
    },
    close: () => session.close(),
  }
}

/** The embedded AWS that `AWS_ENDPOINT_URL` leads to, as `storyarch local start` prints it; null when it leads elsewhere. */
const embeddedIn = async ({ AWS_ENDPOINT_URL: url }: Shell['host']['env']): Promise<string | null> =>
  url !== undefined &&
  /^http:\/\/(127\.0\.0\.1|localhost):\d+\/?$/.test(url) &&
  (await addressesAt(url)) !== null
    ? url
    : null

const addressesAt = (url: string) => localAddresses(Number(new URL(url).port))

/** Whose AWS this is: said before anything is changed. A wrong account stops everything. */
const sayIdentity = async (
  session: AwsSession,
  shell: Shell,
  flags: GlobalFlags,
  { region, account, about }: Target,
): Promise<void> => {
  const identity = await session.identity()
  const endpoint = shell.host.env['AWS_ENDPOINT_URL']
  const where = flags.local ? ' (embedded AWS)' : endpoint === undefined ? '' : ` (${endpoint})`
  shell.say(
    shell.sayColours.dim(
      `${about} in account ${identity.account}, ${region}, as ${identity.arn.split(':').slice(5).join(':')}${where}`,
    ),
  )
  if (account !== null && account !== identity.account)
    throw new UserError(
      `The manifest belongs to account ${account}; these credentials are of account ${identity.account}.`,
      'Choose other credentials (--profile), or change `account` in the manifest.',
    )
}

/** A session of its own, so that what is lent does not count as the command's calls. */
const lend = async (endpoint: string, manifest: Manifest, shell: Shell): Promise<void> => {
  const session = createAws({ region: manifest.region, profile: null, endpoint, maxAttempts: 5 })
  const made = await lendLookups(session, manifest)
  for (const sentence of made) shell.say(`Embedded AWS: made ${sentence}.`)
  session.close()
}

/** The id of the table that carries a stack's lease, whatever its manifest. */
const ANCHOR = 'table/task-state'
