import type { Change, Difference, Foreign, Plan, Reason } from '../../engine/plan.ts'
import type { Colours } from '../shell.ts'
import { costText } from './cost.ts'
import { oneLine, smallDiff } from './value.ts'

type Action = Change['action']

interface Look {
  readonly symbol: string
  readonly heading: string
  readonly noun: string
  readonly colour: 'green' | 'yellow' | 'red' | 'magenta' | 'cyan'
}

const LOOKS: Readonly<Record<Action, Look>> = {
  create: { symbol: '+', heading: 'will be created', noun: 'to create', colour: 'green' },
  adopt: { symbol: '>', heading: 'will be taken over (--adopt)', noun: 'to adopt', colour: 'cyan' },
  finish: { symbol: '^', heading: 'will get the right tags', noun: 'to tag', colour: 'cyan' },
  update: { symbol: '~', heading: 'will be changed', noun: 'to change', colour: 'yellow' },
  replace: { symbol: '-/+', heading: 'will be deleted and made anew', noun: 'to replace', colour: 'magenta' },
  delete: {
    symbol: '-',
    heading: 'will be deleted: the manifest no longer has it',
    noun: 'to delete',
    colour: 'red',
  },
}

const REASONS: Readonly<Record<Exclude<Reason, 'unknown'>, string>> = {
  manifest: 'manifest changed',
  drift: 'drifted: changed outside storyarch',
  both: 'manifest changed, and drifted',
}

export interface PlanPrinting {
  readonly colours: Colours
  /** Also each price. */
  readonly verbose: boolean
  /** The command that carries the plan out; null where the next line says so itself. */
  readonly next: string | null
  /** The `up` of this very stack with one more flag, to be copied. */
  readonly upWith: (flag: string) => string
}

/** A plan for people: only what changes, each field with both values and who moved; totals last. */
export const planText = (plan: Plan, { colours, verbose, next, upWith }: PlanPrinting): string => {
  const width = Math.max(0, ...[...plan.changes, ...plan.kept, ...plan.foreign].map(({ id }) => id.length))
  const sections = [
    ...interruptedText(plan),
    ...(Object.keys(LOOKS) as Action[]).map(action =>
      actionText(
        action,
        plan.changes.filter(change => change.action === action),
        { colours, width },
      ),
    ),
    keptText(plan.kept, width, colours, upWith),
    plan.ailing.map(({ id, why }) => `  ${colours.red('!')} ${id} is not healthy: ${why}`),
    foreignText(plan.foreign, width, colours, upWith),
    costText(plan.cost, verbose),
    summaryText(plan, next, colours),
  ]
  return sections
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')
}

const interruptedText = ({ interrupted }: Plan): string[][] =>
  interrupted === null
    ? []
    : [
        [
          `The last apply (${interrupted.by}, ${new Date(interrupted.atMs).toISOString()}) was cut off; what looks like drift may be its unfinished work.`,
        ],
      ]

const actionText = (
  action: Action,
  changes: readonly Change[],
  { colours, width }: { colours: Colours; width: number },
): string[] => {
  if (changes.length === 0) return []
  const { symbol, heading, colour } = LOOKS[action]
  return [
    colours.bold(`${changes.length} ${heading}`),
    ...changes.flatMap(change => [
      `  ${colours[colour](symbol)} ${change.id.padEnd(width)}  ${change.name}${revisionsText(change, colours)}${lossText(change, colours)}${vanishedText(change, colours)}`,
      ...change.differences.flatMap(difference => differenceText(difference, colours)),
    ]),
  ]
}

/** A commit as people write it. */
export const shortRevision = (revision: string): string => revision.replace(/^([0-9a-f]{7})[0-9a-f]+/, '$1')

/** The commits between what stands and what would come. */
const revisionsText = ({ revisions }: Change, colours: Colours): string => {
  const { from = null, to = null } = revisions ?? {}
  if (to === null) return ''
  const range = from === null || from === to ? [to] : [from, to]
  return `  ${colours.cyan(range.map(shortRevision).join('..'))}`
}

const lossText = ({ losesData }: Change, colours: Colours): string =>
  losesData ? `  ${colours.bold(colours.red('!! ALL ITS DATA IS LOST'))}` : ''

const vanishedText = ({ vanished }: Change, colours: Colours): string =>
  vanished ? colours.dim('  (drifted: deleted outside storyarch)') : ''

const differenceText = ({ path, live, want, reason }: Difference, colours: Colours): string[] => {
  const why = reason === 'unknown' ? '' : colours.dim(`  (${REASONS[reason]})`)
  // Which source hashes to what says little; that it changed, and from which commit to which, says all.
  if (path === 'content.source')
    return [reason === 'manifest' ? '      its sources changed' : `      is not what the sources give${why}`]
  const lines = smallDiff(live, want)
  if (lines === null) return [`      ${path}: ${oneLine(live)} -> ${oneLine(want)}${why}`]
  return [
    `      ${path}:${why}`,
    ...lines.map(
      ({ sign, text }) => `        ${sign === '+' ? colours.green(sign) : colours.red(sign)} ${text}`,
    ),
  ]
}

const keptText = (
  kept: readonly Change[],
  width: number,
  colours: Colours,
  upWith: PlanPrinting['upWith'],
): string[] =>
  kept.length === 0
    ? []
    : [
        colours.bold(`${kept.length} kept although the manifest no longer has it, for its data`),
        ...kept.map(({ id, name }) => `  = ${id.padEnd(width)}  ${name}`),
        `  To delete it with all its data: ${upWith('--delete-data')}`,
      ]

const foreignText = (
  foreign: readonly Foreign[],
  width: number,
  colours: Colours,
  upWith: PlanPrinting['upWith'],
): string[] =>
  foreign.length === 0
    ? []
    : [
        colours.bold(colours.red(`${foreign.length} in the way: there already, and not of this stack`)),
        ...foreign.map(({ id, name, owner }) => {
          const whose = owner === null ? 'carries no tag of storyarch' : `belongs to stack ${owner}`
          return `  ${colours.red('?')} ${id.padEnd(width)}  ${name}  (${whose})`
        }),
        `  Take it over (${upWith('--adopt')}), name yours differently in the manifest, or remove it yourself.`,
      ]

const summaryText = (plan: Plan, next: string | null, colours: Colours): string[] => {
  const same = plan.unchanged.length
  const stuck = plan.foreign.length > 0
  if (plan.changes.length === 0) {
    const as = `${same} resource${same === 1 ? ' is' : 's are'} as the manifest says`
    return [stuck ? `Nothing can be done yet: ${as}, the rest is in the way.` : `Nothing to do: ${as}.`]
  }
  const counts = (Object.keys(LOOKS) as Action[]).flatMap(action => {
    const count = plan.changes.filter(change => change.action === action).length
    return count === 0 ? [] : [`${count} ${LOOKS[action].noun}`]
  })
  const line = `Plan ${colours.bold(plan.fingerprint)}: ${counts.join(', ')}, ${same} unchanged.`
  return next === null || stuck ? [line] : [line, `Next: ${next}`]
}
