/** What a manifest says once every default is filled in. Absence is `null`; paths are absolute; durations are seconds. */
export interface Manifest {
  readonly project: string
  readonly environment: string
  readonly region: string
  /** Only this account may be touched; null: whichever the credentials belong to. */
  readonly account: string | null
  readonly tags: Readonly<Record<string, string>>
  readonly frontend: Frontend | null
  readonly backend: Backend | null
  /** Null without a backend. */
  readonly database: Database | null
  /** Null without a backend. */
  readonly api: Api | null
  /** The public hosted zone all domains stand in; null: DNS is kept elsewhere. */
  readonly dns: { readonly zone: string } | null
  readonly network: Network
  readonly logs: { readonly retentionDays: number }
  readonly budget: { readonly monthlyUsd: number; readonly email: string } | null
}

/** `auto`: requested and validated through the zone. Otherwise the ARN of one that exists. */
export type CertificateChoice = 'auto' | `arn:aws:acm:${string}`

export interface Frontend {
  readonly bucket: string
  readonly source: string
  /** Null: `source` is uploaded as it is. */
  readonly build: Build | null
  readonly domain: string | null
  /** Further names of the site, without `domain`, sorted. */
  readonly aliases: readonly string[]
  /** Null without a domain. */
  readonly certificate: CertificateChoice | null
  readonly fallback: 'function' | 'errors' | 'none'
  /** The first glob that matches a file gives its Cache-Control header. */
  readonly cache: readonly { readonly glob: string; readonly header: string }[]
  /** How long the files of builds that were replaced stay, so that open tabs do not break. */
  readonly keepSeconds: number
}

export interface Build {
  readonly install: string
  readonly command: string
  /** Inside `source`. */
  readonly output: string
}

export interface Backend {
  readonly image: Image
  readonly agent: { readonly base: string | null }
  readonly architecture: 'arm64' | 'x86_64'
  /** CPU units, 1024 to a core. */
  readonly cpu: number
  /** MiB. */
  readonly memory: number
  readonly port: number
  readonly health: string
  readonly environment: Readonly<Record<string, string>>
  /** Environment name → `secretsmanager:<name>` or `ssm:<name>`. */
  readonly secrets: Readonly<Record<string, string>>
  readonly lifetimeSeconds: number
  readonly maxLifetimeSeconds: number
  readonly startDeadlineSeconds: number
  readonly spot: boolean
  readonly idle: { readonly signal: 'ping' | 'connections' }
  readonly local: { readonly command: string | null }
  readonly names: Names
}

/** Where the app's image comes from. */
export type Image =
  | {
      readonly from: 'dockerfile'
      readonly context: string
      readonly dockerfile: string
      /** Null: the first that works. */
      readonly builder: Builder | null
    }
  | {
      readonly from: 'registry'
      readonly uri: string
      /** Whether it is copied into the stack's own repository; otherwise ECS pulls it from where it is. */
      readonly copy: boolean
    }
  | {
      readonly from: 'files'
      readonly files: string
      /** The image the files are laid upon; null for the files alone. */
      readonly base: string | null
      readonly command: readonly string[]
      /** Where the files lie, and the command runs. */
      readonly workdir: string
      /** Null: as the base says. */
      readonly user: string | null
    }

/** A program that builds a Dockerfile. */
export type Builder = 'docker' | 'podman' | 'buildah' | 'nerdctl' | 'finch'

/** Names in AWS that a stack made by other means may have chosen differently. */
export interface Names {
  readonly repository: string
  readonly cluster: string
  readonly taskFamily: string
  readonly table: string
  readonly taskManager: string
  readonly taskMonitor: string
  readonly logGroup: string
}

export interface Database {
  readonly bucket: string
  readonly key: string
  /** Inside the container. */
  readonly path: string
  /** Old versions stay while they are among the newest `versions` or younger than `days`; 0 versions: by age alone. */
  readonly keep: { readonly versions: number; readonly days: number }
}

export interface Api {
  readonly domain: string | null
  /** Null without a domain. */
  readonly certificate: CertificateChoice | null
  readonly auth: 'none' | 'token' | { readonly jwt: Jwt }
  /** Requests per second, and how many may come at once. */
  readonly throttle: { readonly rate: number; readonly burst: number }
}

export interface Jwt {
  readonly issuer: string
  readonly audience: readonly string[]
}

export interface Network {
  /** `default` or a VPC id. */
  readonly vpc: string
  /** Empty: the VPC's default subnets. */
  readonly subnets: readonly string[]
  /** Empty: storyarch makes one that opens the app's port. */
  readonly securityGroups: readonly string[]
  readonly publicIp: boolean
}
