import { nearest } from '../nearest.ts'

const KNOWN = [
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-south-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-central-1',
  'ca-west-1',
  'eu-central-1',
  'eu-central-2',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
]

/** Regions open faster than this list grows: the shape decides, the list only helps. */
const PLAUSIBLE = /^(af|ap|ca|eu|il|me|mx|sa|us)-((north|south)?(east|west)|north|south|central)-[1-9]$/

/** What is wrong with a region, as the end of a sentence that starts with it; null when nothing is. */
export const regionName = (region: string): string | null => {
  if (/^(cn|us-gov|us-iso\w*|eu-isoe|eusc)-/.test(region))
    return 'is in a partition of its own (China, GovCloud, sovereign). storyarch works in the commercial regions only.'
  if (KNOWN.includes(region) || PLAUSIBLE.test(region)) return null
  const [zone] = region.match(/^([a-z]+-[a-z]+-\d)[a-f]$/)?.slice(1) ?? []
  if (zone !== undefined) return `is an availability zone. Its region is ${zone}.`
  const meant = nearest(region, KNOWN)
  return `is not an AWS region. ${meant === null ? 'Use one such as us-east-1.' : `Did you mean ${meant}?`}`
}
