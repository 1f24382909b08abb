import type { SiteRecipe } from '../src/artifacts/site/recipe.ts'
import { readSite } from '../src/artifacts/site/siteSource.ts'
import { createAws } from '../src/aws/createAws.ts'
import { bucketContents } from '../src/provisioners/bucketContents.ts'

/**
 * One deploy of a folder as the engine drives it, as a whole process: `siteDriver <folder> <bucket>`. Reads, and only
 * when the wish differs writes and reads again.
 */
const [folder = '', bucket = '', module = ''] = process.argv.slice(2)
const aws = createAws({ region: 'us-east-1', profile: null, endpoint: null, maxAttempts: 3 })
const unread: SiteRecipe = {
  from: 'sources',
  folder,
  build: null,
  workFolder: folder,
  revision: null,
  cache: [],
  keepSeconds: 86_400,
  distribution: null,
  module,
  known: null,
  nowMs: Date.now(),
}
const [{ source, known }, live] = await Promise.all([readSite(unread), bucketContents.read(aws, bucket)])
const recipe: SiteRecipe = { ...unread, known }
const making = {
  recipe,
  step() {},
  note: (text: string) => console.error(text),
  tally() {},
  signal: new AbortController().signal,
}
const props = { content: { source, config: { apiUrl: null, startUrl: null }, damaged: [] } }
const want = bucketContents.normal?.(props) ?? props
const stands = (props: object | undefined) => JSON.stringify(props) === JSON.stringify(want)
if (!stands(live?.props)) {
  const { content } = bucketContents.change
  if (live === undefined) await bucketContents.create(aws, bucket, want, {}, making)
  else if (typeof content === 'function') await content(aws, live, want, making)
  const after = await bucketContents.read(aws, bucket)
  if (!stands(after?.props)) throw new Error(`not as wished: ${JSON.stringify(after?.props)}`)
}
aws.close()
