import type { AwsSession } from '../../src/aws/createAws.ts'
import { freshAws, openWorld } from '../acceptance/liveStack.ts'

/** Runs `act` against an embedded AWS of its own. */
export const onFreshAws = async (
  act: (aws: AwsSession) => Promise<void>,
  region = 'us-east-1',
): Promise<void> => {
  const emulator = await freshAws()
  const { session } = openWorld(emulator.endpoint, region)
  try {
    await act(session)
  } finally {
    session.close()
    await emulator.close()
  }
}
