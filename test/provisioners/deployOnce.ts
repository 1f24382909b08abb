import { join } from 'node:path'
import type { SiteRecipe } from '../../src/artifacts/site/recipe.ts'
import { siteSource } from '../../src/artifacts/site/siteSource.ts'
import { createAws } from '../../src/aws/createAws.ts'
import { bucketContents } from '../../src/provisioners/bucketContents.ts'

/** A process of its own: deploys a folder to a bucket and prints the most memory it ever had, in megabytes. */
const [folder = '', bucket = '', endpoint = '', module = ''] = process.argv.slice(2)
const aws = createAws({ region: 'us-east-1', profile: null, endpoint, maxAttempts: 3 })
const recipe: SiteRecipe = {
  from: 'sources',
  folder,
  build: null,
  workFolder: join(folder, '.storyarch'),
  revision: null,
  cache: [],
  keepSeconds: 0,
  distribution: null,
  module,
  known: null,
  nowMs: Date.now(),
}
const config = { apiUrl: null, startUrl: null }
const props = { content: { source: (await siteSource(recipe)).slice(0, 32), config, damaged: [] } }
await bucketContents.create(
  aws,
  bucket,
  props,
  {},
  {
    recipe,
    step() {},
    note() {},
    tally: (what, count) => console.error(`${what} ${count}`),
    signal: new AbortController().signal,
  },
)
aws.close()
console.log(process.resourceUsage().maxRSS / 1024)
