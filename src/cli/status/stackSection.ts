import type { ResourceStatus, RevisionStatus, StackStatus } from '../../operations/status/stackStatus.ts'
import { costText } from '../print/cost.ts'
import { type Line, shown, span, wrapped } from './line.ts'

const MOVED = {
  manifest: 'the manifest changed',
  drift: 'drifted: changed outside storyarch',
  both: 'the manifest changed, and it drifted',
  unknown: 'is not as the manifest says',
} as const

const READING: Line[] = [[span('reading …', 'dim')]]

/** Health and drift of every resource: what is not well on lines of its own, the rest in few. */
export const resourcesSection = (stack: StackStatus | null, width: number): Line[] => {
  if (stack === null) return READING
  const { resources, interrupted } = stack
  const unwell = resources.filter(({ health, moved }) => health !== 'ready' || moved !== null)
  const well = resources.filter(resource => !unwell.includes(resource)).map(({ id }) => id)
  return [
    ...(interrupted === null
      ? []
      : [[span(`the last apply (${shown(interrupted.by)}) was cut off: run storyarch up again`, 'yellow')]]),
    ...unwell.map(unwellLine),
    [
      span(
        `${well.length} of ${resources.length} ready and as the manifest says`,
        well.length === resources.length ? 'green' : 'plain',
      ),
    ],
    ...wrapped(well, width, 'dim'),
  ]
}

const unwellLine = ({ id, health, why, moved, paths }: ResourceStatus): Line => {
  const sick =
    health === 'missing'
      ? 'missing'
      : health === 'ailing'
        ? shown(why ?? 'ailing')
        : health === 'pending'
          ? 'pending'
          : ''
  const drift =
    moved === null || health === 'missing'
      ? ''
      : `${MOVED[moved]}${paths.length === 0 ? '' : `: ${shown(paths.slice(0, 3).join(', '))}`}`
  const ink = health === 'ailing' || health === 'missing' ? 'red' : 'yellow'
  return [
    span(health === 'missing' ? '- ' : '~ ', ink),
    span(id),
    span(`  ${[sick, drift].filter(text => text !== '').join('; ')}`, ink),
  ]
}

/** Where people and programs find it. */
export const urlsSection = (stack: StackStatus | null): Line[] => {
  if (stack === null) return READING
  const urls = Object.entries(stack.outputs).filter(
    ([name]) => name.endsWith('_url') && !name.startsWith('ecr_'),
  )
  return urls.length === 0
    ? [[span('none yet', 'dim')]]
    : urls.map(([name, url]): Line => [span(name.replace(/_url$/, '').padEnd(6)), span(url, 'cyan')])
}

const short = (revision: string | null): string =>
  revision === null ? 'of no known commit' : revision.replace(/^([0-9a-f]{7})[0-9a-f]+/, '$1')

/** What runs against what git has. */
export const revisionsSection = (stack: StackStatus | null): Line[] => {
  if (stack === null) return READING
  return stack.revisions.map(revisionLine)
}

const revisionLine = ({ id, live, sources, isCurrent }: RevisionStatus): Line => {
  const runs = span(`${id}  ${short(live)}`)
  if (isCurrent) return [runs]
  const differ = live === sources ? 'the sources differ' : `the sources are at ${short(sources)}`
  return [runs, span(`  ${differ}: storyarch up ships them`, 'yellow')]
}

export const costSection = (stack: StackStatus | null): Line[] =>
  stack === null ? READING : costText(stack.cost, false).map((text): Line => [span(text)])
