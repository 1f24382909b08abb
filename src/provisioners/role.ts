import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  paginateListRoles,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam'
import { NotYet } from '../errors.ts'
import type { Policy } from '../policy.ts'
import type { Aws, Outputs, Provisioner, Tags } from '../resource.ts'
import { absentIf } from './kit/absentIf.ts'
import { canonicalPolicy } from './kit/canonicalPolicy.ts'
import { putAndDrop, tagPairs, tagsFrom } from './kit/tags.ts'

/** name: the role's. Made under the path `/storyarch/<project>/<environment>/`. */
export interface RoleProps {
  description: string
  trust: Policy
  /** The one inline policy, named `storyarch`; null for none. */
  policy: Policy | null
  /** ARNs of attached managed policies. A set. */
  managed: string[]
  /** Names of inline policies that are not ours: wished empty, so that a widened role shows as drift. */
  otherPolicies: string[]
}

export interface RoleOut extends Outputs {
  arn: string
  name: string
}

const GONE = 'NoSuchEntityException'
const PolicyName = 'storyarch'

const iamOf = (aws: Aws): IAMClient => aws.client(IAMClient)

/** IAM answers with URL-encoded JSON. */
const policyIn = (text: string | undefined): Policy | null =>
  text === undefined ? null : canonicalPolicy(decodeURIComponent(text))

const pathFor = (tags: Tags): string => `/storyarch/${tags['storyarch:stack'] ?? 'none'}/`

const deleteInline = (aws: Aws, RoleName: string, names: readonly string[]) =>
  inTurn(names, PolicyName =>
    absentIf(iamOf(aws).send(new DeleteRolePolicyCommand({ RoleName, PolicyName })), GONE),
  )

const detach = (aws: Aws, RoleName: string, arns: readonly string[]) =>
  inTurn(arns, PolicyArn =>
    absentIf(iamOf(aws).send(new DetachRolePolicyCommand({ RoleName, PolicyArn })), GONE),
  )

/** IAM refuses two writes to one role at once. */
const inTurn = async <T>(items: readonly T[], write: (item: T) => Promise<unknown>): Promise<void> => {
  for (const item of items) await write(item)
}

const beyond = (some: readonly string[], others: readonly string[]): string[] =>
  some.filter(one => !others.includes(one))

export const role: Provisioner<RoleProps, RoleOut> = {
  kind: 'role',
  naming: { max: 64, allow: /^[\w+=,.@-]+$/ },
  permissions: {
    read: [
      'iam:GetRole',
      'iam:GetRolePolicy',
      'iam:ListRolePolicies',
      'iam:ListAttachedRolePolicies',
      'iam:ListRoles',
    ],
    write: [
      'iam:CreateRole',
      'iam:UpdateRole',
      'iam:UpdateAssumeRolePolicy',
      'iam:PutRolePolicy',
      'iam:DeleteRolePolicy',
      'iam:AttachRolePolicy',
      'iam:DetachRolePolicy',
      'iam:TagRole',
      'iam:UntagRole',
    ],
    remove: ['iam:DetachRolePolicy', 'iam:DeleteRolePolicy', 'iam:DeleteRole'],
  },
  settles: { usuallySeconds: 10, atMostSeconds: 120 },
  removeAfter: ['lambdaFunction', 'taskDefinition', 'cluster'],
  hunt: {
    /** The tagging API knows no roles. Adopted ones keep their own path; their names start with the project's. */
    async list(aws, stack) {
      const [project = ''] = stack.split('/')
      const names: string[] = []
      for await (const { Roles = [] } of paginateListRoles({ client: iamOf(aws), pageSize: 1000 }, {}))
        for (const { RoleName = '', Path } of Roles)
          if (Path === `/storyarch/${stack}/` || RoleName.startsWith(`${project}-`)) names.push(RoleName)
      return names
    },
  },
  normal: props => ({
    ...props,
    trust: canonicalPolicy(props.trust),
    policy: props.policy && canonicalPolicy(props.policy),
    managed: [...props.managed].sort(),
  }),

  async read(aws, name) {
    const iam = iamOf(aws)
    const RoleName = name
    const [found, inline, names, attached] = await Promise.all([
      absentIf(iam.send(new GetRoleCommand({ RoleName })), GONE),
      absentIf(iam.send(new GetRolePolicyCommand({ RoleName, PolicyName })), GONE),
      absentIf(iam.send(new ListRolePoliciesCommand({ RoleName })), GONE),
      absentIf(iam.send(new ListAttachedRolePoliciesCommand({ RoleName })), GONE),
    ])
    if (!found?.Role) return undefined
    const { Arn = '', Description = '', AssumeRolePolicyDocument, Tags } = found.Role
    // For a moment after its creation IAM shows the role's unique id instead.
    if (!Arn.startsWith('arn:')) throw new NotYet(`role ${name} has no ARN yet`)
    const trust = policyIn(AssumeRolePolicyDocument)
    if (trust === null) throw new Error(`IAM shows role ${name} without a trust policy`)
    return {
      props: {
        description: Description,
        trust,
        policy: policyIn(inline?.PolicyDocument),
        managed: (attached?.AttachedPolicies ?? []).map(({ PolicyArn = '' }) => PolicyArn).sort(),
        otherPolicies: (names?.PolicyNames ?? []).filter(one => one !== PolicyName).sort(),
      },
      out: { arn: Arn, name },
      tags: tagsFrom(Tags),
      health: 'ready',
    }
  },

  create: (aws, name, want, tags) =>
    iamOf(aws).send(
      new CreateRoleCommand({
        RoleName: name,
        Path: pathFor(tags),
        Description: want.description,
        AssumeRolePolicyDocument: JSON.stringify(want.trust),
        Tags: tagPairs(tags),
      }),
    ),

  change: {
    description: (aws, live, want) =>
      iamOf(aws).send(new UpdateRoleCommand({ RoleName: live.out.name, Description: want.description })),
    trust: (aws, live, want) =>
      iamOf(aws).send(
        new UpdateAssumeRolePolicyCommand({
          RoleName: live.out.name,
          PolicyDocument: JSON.stringify(want.trust),
        }),
      ),
    policy: (aws, live, want) => {
      const RoleName = live.out.name
      if (want.policy === null) return deleteInline(aws, RoleName, [PolicyName])
      const PolicyDocument = JSON.stringify(want.policy)
      return iamOf(aws).send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }))
    },
    async managed(aws, live, want) {
      const RoleName = live.out.name
      await detach(aws, RoleName, beyond(live.props.managed, want.managed))
      await inTurn(beyond(want.managed, live.props.managed), PolicyArn =>
        iamOf(aws).send(new AttachRolePolicyCommand({ RoleName, PolicyArn })),
      )
    },
    otherPolicies: (aws, live, want) =>
      deleteInline(aws, live.out.name, beyond(live.props.otherPolicies, want.otherPolicies)),
  },

  retag(aws, live, put, drop) {
    const iam = iamOf(aws)
    const RoleName = live.out.name
    // IAM takes keys that differ in case for one: what is put has the other's place already.
    const taken = new Set(Object.keys(put).map(key => key.toLowerCase()))
    return putAndDrop(
      put,
      drop.filter(key => !taken.has(key.toLowerCase())),
      tags => iam.send(new TagRoleCommand({ RoleName, Tags: tagPairs(tags) })),
      TagKeys => iam.send(new UntagRoleCommand({ RoleName, TagKeys })),
    )
  },

  async remove(aws, live) {
    const RoleName = live.out.name
    const { policy, managed, otherPolicies } = live.props
    await detach(aws, RoleName, managed)
    await deleteInline(aws, RoleName, policy === null ? otherPolicies : [...otherPolicies, PolicyName])
    await absentIf(iamOf(aws).send(new DeleteRoleCommand({ RoleName })), GONE)
  },

  price: () => [],
}
