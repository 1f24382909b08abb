import type { Manifest } from '../manifest/manifest.ts'
import { defaultNames, derivedNames } from '../manifest/names.ts'
import type { BudgetProps } from '../provisioners/budget.ts'
import type { TableProps } from '../provisioners/table.ts'
import type { Blueprint, Desired } from '../resource.ts'
import { api } from './api.ts'
import type { Artifacts } from './artifacts.ts'
import { backend, lookups } from './backend.ts'
import { database } from './database.ts'
import { frontend } from './frontend.ts'
import { wish } from './kit.ts'
import { lifecycle } from './lifecycle.ts'
import { outputs } from './outputs.ts'
import { roles } from './roles.ts'
import { hasBackend } from './withBackend.ts'

/**
 * What a manifest means: the architecture on one page. Pure.
 *
 * Frontend, always up
 *   bucket                 the site's files; private, read by the distribution alone
 *   origin access control  how the distribution proves who it is
 *   CloudFront function    deep links of the app lead to index.html
 *   distribution           the site, near its visitors; certificate and records where it has a domain
 *
 * Backend, on demand
 *   repositories           the app's image and the agent's, the newest of each running
 *   cluster                where the one task runs, on Fargate
 *   task definition        how it runs: image, size, environment, secrets; roles, log group, security group
 *   HTTP API               ANY /start → task manager; certificate, domain and record where it has one
 *   task manager           starts the task or extends its life, and publishes a ping
 *   alarm → topic          no ping for `lifetime` → task monitor
 *   event rules            every few minutes, and when a task ends → task monitor
 *   task monitor           stops what nobody needs
 *   database bucket        SQLite's file between two tasks, every version of it
 *
 * Both
 *   table                  the task's state, and the lease that keeps two `up`s apart
 *   budget                 says by e-mail when it gets dear
 */
export const blueprint = (
  manifest: Manifest,
  artifacts: Artifacts,
  { ownDomains = true }: { readonly ownDomains?: boolean } = {},
): Blueprint => {
  const { project, environment } = manifest
  const table = manifest.backend?.names.table ?? defaultNames(project, environment).table
  return {
    stack: `${project}/${environment}`,
    region: manifest.region,
    account: manifest.account,
    userTags: manifest.tags,
    anchor: 'table/task-state',
    resources: [
      stateTable(table),
      ...(manifest.frontend ? frontend(manifest, manifest.frontend, artifacts.frontend, ownDomains) : []),
      ...(hasBackend(manifest)
        ? [
            ...backend(manifest, artifacts),
            ...roles(manifest),
            ...database(manifest),
            ...api(manifest),
            ...lifecycle(manifest, artifacts),
          ]
        : []),
      ...budget(manifest),
    ],
    lookups: hasBackend(manifest) ? lookups(manifest) : [],
    outputs: outputs(manifest, table),
  }
}

const stateTable = (name: string) =>
  wish<TableProps>('table', 'task-state', name, {
    key: 'task_id',
    billing: 'PAY_PER_REQUEST',
    ttl: null,
    deletionProtection: false,
  })

const budget = ({ project, environment, budget }: Manifest): Desired[] =>
  budget === null
    ? []
    : [
        wish<BudgetProps>('budget', 'monthly', derivedNames(project, environment).budget, {
          monthlyUsd: budget.monthlyUsd,
          notifications: [80, 100].map(percent => ({ email: budget.email, percent })),
        }),
      ]
