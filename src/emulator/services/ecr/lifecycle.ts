import * as z from 'zod'
import { invalid } from './repository.ts'

const tagged = z.union([
  z.object({ tagStatus: z.literal('tagged'), tagPrefixList: z.array(z.string()).min(1) }),
  z.object({ tagStatus: z.literal('tagged'), tagPatternList: z.array(z.string()).min(1) }),
  z.object({ tagStatus: z.enum(['untagged', 'any']) }),
])

const counted = z.union([
  z.object({ countType: z.literal('imageCountMoreThan'), countNumber: z.int().min(1) }),
  z.object({
    countType: z.enum(['sinceImagePushed', 'sinceImagePulled', 'sinceImageTransitioned']),
    countUnit: z.literal('days'),
    countNumber: z.int().min(1),
  }),
])

const policy = z.strictObject({
  rules: z
    .array(
      z.strictObject({
        rulePriority: z.int().min(1),
        description: z.string().max(256).optional(),
        selection: z.intersection(tagged, counted),
        action: z.object({ type: z.enum(['expire', 'transition']) }),
      }),
    )
    .min(1)
    .max(50),
})

/** The policy as ECR keeps it: checked and minified; throws InvalidParameterException. */
export const minifiedLifecycle = (text: string): string => {
  const refuse = (reason: string) =>
    invalid('LifecyclePolicyText', `Lifecycle policy validation failure: ${reason}`)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw refuse('the policy is not valid JSON')
  }
  const parsed = policy.safeParse(json)
  const [issue] = parsed.error?.issues ?? []
  if (!parsed.success) throw refuse(`${issue?.path.join('.')}: ${issue?.message}`)
  const { rules } = parsed.data
  const priorities = rules.map(({ rulePriority }) => rulePriority)
  if (new Set(priorities).size < priorities.length) throw refuse('rule priorities must be unique')
  const any = rules.filter(({ selection }) => selection.tagStatus === 'any')
  if (any.length > 1) throw refuse('only one rule may select any tag status')
  if (any.some(({ rulePriority }) => rulePriority < Math.max(...priorities)))
    throw refuse('a rule that selects any tag status must have the highest rulePriority')
  return JSON.stringify(json)
}
