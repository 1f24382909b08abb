import { dropLayout, makeImage } from '../../artifacts/image/makeImage.ts'
import type { ImageRecipe } from '../../artifacts/image/recipe.ts'
import { push } from '../../artifacts/registry/push.ts'
import type { Aws, Making, Recipe } from '../../resource.ts'
import { ecrRegistry } from './ecrRegistry.ts'

const LATEST = 'latest'

/**
 * Builds an image and pushes it into the ECR repository `name`; answers the digest. A push that failed leaves the build for
 * the next run.
 */
export const shipImage = async (
  aws: Aws,
  name: string,
  how: ImageRecipe,
  source: string,
  making: Making<Recipe & { readonly workFolder: string }>,
): Promise<string> => {
  const { signal, recipe } = making
  const { revision, workFolder } = recipe
  const place = { workFolder, source }
  const image = await makeImage(how, {
    ...place,
    revision,
    signal,
    step: text => making.step(text),
    note: text => making.note(text),
  })
  const registry = await ecrRegistry(aws, name, signal)
  try {
    const pushed = await push(image, {
      registry: registry.door,
      repository: registry.repository,
      tags: [revision ?? source.slice(0, 12), LATEST],
      step: text => making.step(text),
    })
    making.tally('images pushed', 1)
    making.tally('layers sent', pushed.sent)
    making.tally('layers already there', pushed.there + pushed.mounted)
    making.tally('bytes sent', pushed.bytesSent)
  } finally {
    registry.door.close()
  }
  await dropLayout(place)
  return image.descriptor.digest
}
